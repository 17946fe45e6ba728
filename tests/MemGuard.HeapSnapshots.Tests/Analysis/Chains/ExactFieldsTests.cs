using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Classes are laid out by hand; a place is the field that lies there, and no other.</summary>
public sealed class ExactFieldsTests
{
    [Theory]
    [InlineData(0, null)]
    [InlineData(1, "_owner")]
    [InlineData(2, null)]
    [InlineData(3, "_lines")]
    [InlineData(4, "_home.Street")]
    [InlineData(5, "_home.City")]
    [InlineData(6, "_home.Flat.Floor")]
    [InlineData(7, null)]
    [InlineData(8, "Notes")]
    [InlineData(9, null)]
    public void Find_PlaceInAnObject_IsTheFieldThatLiesThere(int slot, string? expected) =>
        Assert.Equal(expected, Make(Offsets).Find(typeof(Order), slot));

    [Theory]
    [InlineData(0, "[].Street")]
    [InlineData(1, "[].City")]
    [InlineData(2, "[].Flat.Floor")]
    public void Find_PlaceInAnArrayOfStructs_IsTheElementsField(int slot, string expected) => Assert.Equal(expected, Make(Offsets).Find(typeof(Address[]), slot));

    [Fact]
    public void Find_PlaceInAnArrayOfReferences_IsAnElement() => Assert.Equal("[]", Make(Offsets).Find(typeof(string[]), 5));

    // A struct may hold itself by way of a generic one, and a layout may be nonsense: the search ends.
    [Fact]
    public void Find_StructsWithoutEnd_HaveNoName() => Assert.Null(Make(static _ => 0).Find(typeof(Deep1), 0));

    [Fact]
    public void Find_StructsWithinEightStructs_AreNamed() => Assert.Equal("B.C.D.E.F.G.H.I.Name", Make(static _ => 0).Find(typeof(Deep2), 0));

    [Fact]
    public void Find_AskedTwice_LooksOnce()
    {
        int asked = 0;
        ExactFields fields = Make(field => ++asked > 0 ? Offsets(field) : null);

        string? first = fields.Find(typeof(Order), 3);
        int before = asked;

        Assert.Equal(first, fields.Find(typeof(Order), 3));
        Assert.Equal(before, asked);
        Assert.Equal("Notes", fields.Find(typeof(Order), 8));
    }

    private static ExactFields Make(Func<FieldInfo, int?> offsets) => new(new Layout(offsets));

    // As the runtime would: references first would spoil the example, so the order is that of the source.
    private static int? Offsets(FieldInfo field) => field.Name switch
    {
        "_owner" => 8,
        "_count" => 16,
        "_lines" => 24,
        "_home" => 32,
        "<Notes>k__BackingField" => 64,
        "Street" => 0,
        "City" => 8,
        "Flat" => 16,
        "Floor" => 0,
        _ => null,
    };

    private sealed class Layout(Func<FieldInfo, int?> offsets) : IFieldPlaces
    {
        public int? FindOffset(FieldInfo field) => offsets(field);
    }

    private class Entity
    {
        private readonly object? _owner;
        private readonly int _count;
    }

    private sealed class Order : Entity
    {
        private readonly List<string>? _lines;
        private readonly Address _home;

        public string? Notes { get; set; }
    }

    private struct Address
    {
        public string? Street;
        public string? City;
        public Flat Flat;
    }

    private struct Flat
    {
        public string? Floor;
        public DayOfWeek Cleaning;
    }

    private struct Deep1
    {
        public Deep2 A;
    }

    private struct Deep2
    {
        public Deep3 B;
    }

    private struct Deep3
    {
        public Deep4 C;
    }

    private struct Deep4
    {
        public Deep5 D;
    }

    private struct Deep5
    {
        public Deep6 E;
    }

    private struct Deep6
    {
        public Deep7 F;
    }

    private struct Deep7
    {
        public Deep8 G;
    }

    private struct Deep8
    {
        public Deep9 H;
    }

    private struct Deep9
    {
        public Deep10 I;
    }

    private struct Deep10
    {
        public string? Name;
    }
}
