using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Guesses by type, for the fields that the runtime does not report.</summary>
public sealed class HiddenStaticsTests
{
    private readonly HiddenStatics _hidden = new([typeof(HiddenStaticsTests).Assembly, typeof(object).Assembly]);

    [Fact]
    public void FindGeneric_FieldOfAGenericClass_IsWrittenWithItsArguments() =>
        Assert.Equal(["HiddenStaticsTests.Registry<Marker>._byName"], _hidden.FindGeneric(typeof(SortedDictionary<Marker, string>)).Select(Short));

    [Fact]
    public void FindGeneric_NestedInAGenericClass_IsWrittenWithTheOutersArguments() =>
        Assert.Equal(["HiddenStaticsTests.Registry<Marker>.Inner._queue"], _hidden.FindGeneric(typeof(PriorityQueue<Marker, long>)).Select(Short));

    [Fact]
    public void FindGeneric_ArgumentsThatContradict_DoNotFit() => Assert.Empty(_hidden.FindGeneric(typeof(SortedDictionary<Marker, int>)));

    // A field of object fits everything and tells nothing.
    [Fact]
    public void FindGeneric_FieldOfObject_IsNoCandidate() => Assert.Empty(_hidden.FindGeneric(typeof(Marker)));

    [Fact]
    public void FindThreadStatic_FieldThatCouldHoldIt_IsFound() =>
        Assert.Equal(["HiddenStaticsTests.PerThread._recent"], _hidden.FindThreadStatic(typeof(SortedSet<Marker>)).Select(Short));

    [Fact]
    public void FindThreadStatic_FieldOfAGenericClass_IsWrittenWithItsArguments() =>
        Assert.Equal(["HiddenStaticsTests.Scratch<Marker>._stack"], _hidden.FindThreadStatic(typeof(PriorityQueue<int, Marker>)).Select(Short));

    [Fact]
    public void FindThreadStatic_OrdinaryStatic_IsNone() => Assert.Empty(_hidden.FindThreadStatic(typeof(SortedList<Marker, Marker>)));

    // The framework has hundreds that fit everything.
    [Fact]
    public void FindThreadStatic_FieldsOfTheFramework_AreLeftOut() =>
        Assert.DoesNotContain(_hidden.FindThreadStatic(typeof(Random)), static name => !name.Contains("Tests", StringComparison.Ordinal));

    private static string Short(string name) => name.Replace("HiddenStaticsTests.Marker", "Marker", StringComparison.Ordinal);

    internal sealed class Marker;

    private static class Registry<T>
        where T : notnull
    {
        private static readonly SortedDictionary<T, string>? _byName;
        private static readonly object? _lock;

        public static class Inner
        {
            private static readonly PriorityQueue<T, long>? _queue;
        }
    }

    private static class Scratch<T>
    {
        [ThreadStatic]
        private static PriorityQueue<int, T>? _stack;
    }

    private static class PerThread
    {
        private static readonly SortedList<Marker, Marker>? _ordinary;

        [ThreadStatic]
        private static SortedSet<Marker>? _recent;

        [ThreadStatic]
        private static object? _anything;
    }
}
