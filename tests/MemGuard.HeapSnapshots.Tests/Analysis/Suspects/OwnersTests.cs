using System.Reflection;
using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Who holds a place: a heap is drawn in which somebody else looks like the owner.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class OwnersTests
{
    private static readonly Type Slot = typeof(ServiceProvider).Assembly.GetType("Microsoft.Extensions.DependencyInjection.ServiceLookup.ConstructorCallSite", throwOnError: true)!;
    private static readonly SingletonTable Known = new(new Dictionary<Type, string> { [typeof(Pantry)] = "OwnersTests.Pantry" }, []);

    [Fact]
    public void Suspect_ObjectInTheContainersSlot_IsASingleton()
    {
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of(Slot, Of<Pantry>(Pages(500)))));

        Assert.Equal("DI singleton OwnersTests.Pantry._stock → List<OwnersTests.Page>", heap.Suspect(Known).Name);
    }

    [Fact]
    public void Suspect_OtherObjectOfASingletonsClass_IsNone()
    {
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of(Slot, Of<Pantry>(Pages(5))))).Static(typeof(Kitchen), "s_private", Of<Pantry>(Pages(500)));

        Assert.Equal("static OwnersTests.Kitchen.s_private → OwnersTests.Pantry._stock → List<OwnersTests.Page>", heap.Suspect(Known).Name);
    }

    // The application's static field is the nearer root, though the way through the framework is shorter.
    [Fact]
    public void Suspect_HeldByAStaticOfTheApplicationToo_IsNamedByIt()
    {
        using HeapPicture heap = new();
        HeapObject pantry = Of<Pantry>(Pages(500));
        heap.Root(pantry, HeapRootKind.Handle).Static(typeof(Kitchen), "s_holder", Of<Holder>(pantry));

        Assert.StartsWith("static OwnersTests.Kitchen.s_holder → OwnersTests.Pantry._stock", heap.Suspect().Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_ArrayInAHandle_IsNotTheStaticOfAGenericClass()
    {
        using HeapPicture heap = new();
        heap.Root(Of<object[]>(Pages(500)), HeapRootKind.Handle).Static(typeof(Kitchen), "s_holder", Of<Holder>());

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("GC handle → List<OwnersTests.Page>", suspect.Name);
        Assert.Contains("GCHandle.Free", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_ValueOfAWeakTable_IsTheTablesAndNoField()
    {
        using HeapPicture heap = new();
        HeapObject seat = Of<Seat>();
        heap.Static(typeof(Kitchen), "s_best", seat).Static(typeof(Kitchen), "s_log", Of<ConditionalWeakTable<Seat, List<Page>>>()).Dependent(seat, Pages(500));

        Assert.Equal("weak table static OwnersTests.Kitchen.s_log (key held by static OwnersTests.Kitchen.s_best) → List<OwnersTests.Page>", heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_SharedByTwo_NamesTheOtherToo()
    {
        using HeapPicture heap = new();
        HeapObject shared = Pages(500);
        heap.Static(typeof(Kitchen), "s_private", Of<Pantry>(shared)).Static(typeof(Kitchen), "s_cellar", Of<Cellar>(shared));

        string name = heap.Suspect().Name;

        Assert.Contains("OwnersTests.Pantry._stock", name, StringComparison.Ordinal);
        Assert.Contains("also held by", name, StringComparison.Ordinal);
        Assert.Contains("OwnersTests.Cellar._bottles", name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_ResultOfATask_DoesNotWait()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Kitchen), "s_last", Of<Task<List<Page>>>(Pages(500)));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static OwnersTests.Kitchen.s_last → completed Task<List<OwnersTests.Page>> → List<OwnersTests.Page>", suspect.Name);
        Assert.Equal((500L, "entries"), (suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public void Suspect_ObjectsOfTwoCollections_AreTheirOwners()
    {
        using HeapPicture heap = new();
        HeapObject[] pages = Many(500, static () => Of<Page>().Sized(500));
        heap.Static(typeof(Kitchen), "s_tracker", Of<Tracker>(
            Of<Dictionary<int, Page>>(Of(EntriesOf<Dictionary<int, Page>>(), pages)),
            Of<List<Page>>(Of<Page[]>(pages))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static OwnersTests.Kitchen.s_tracker → OwnersTests.Tracker (OwnersTests.Page shared by _byId and _all)", suspect.Name);
        Assert.Equal(500, suspect.Count);
    }

    // Of two lists of one class the larger one stays as it is.
    [Fact]
    public void Analyse_TheSmallerOfTwoGrew_NamesIt()
    {
        using HeapPicture before = Two(large: 900, small: 5);
        using HeapPicture after = Two(large: 900, small: 500);

        HeapSnapshotDiff diff = HeapSnapshotDiff.Between([before.Analyse(), after.Analyse(baseline: Two(900, 5).Analyse())]);

        HeapGrowth growth = Assert.Single(diff.Growth);
        Assert.Equal("OwnersTests.Small", growth.Place.ElementTypeName);
        Assert.Contains("Kitchen", growth.Place.Name, StringComparison.Ordinal);
        Assert.Equal(0, diff.UnexplainedBytes);
    }

    [Fact]
    public void Analyse_MemGuardsOwnObjects_AreNeitherGrowthNorSuspects()
    {
        using HeapPicture before = new();
        before.Static(typeof(Kitchen), "s_private", Of<Pantry>(Pages(50)));
        using HeapPicture after = new();
        after.Static(typeof(Kitchen), "s_private", Of<Pantry>(Pages(60))).Root(Of<SnapshotData>(Of<PathNode[]>(Many(500, static () => Of<PathNode>().Sized(500)))), HeapRootKind.Handle);

        SnapshotData first = before.Analyse();
        SnapshotData second = after.Analyse(baseline: first);
        HeapSnapshotDiff diff = HeapSnapshotDiff.Between([first, second]);

        Assert.InRange(diff.GrowthBytes, 1, 10 * 600);
        Assert.DoesNotContain(second.Places, static place => place.Name.Contains("PathNode", StringComparison.Ordinal));
    }

    private static HeapPicture Two(int large, int small) => new HeapPicture()
        .Static(typeof(Kitchen), "s_holder", Of<Holder>(
            Of<List<object>>(Of<object[]>(Many(large, static () => Of<Page>().Sized(500)))),
            Of<List<object>>(Of<object[]>(Many(small, static () => Of<Small>().Sized(500))))));

    private static HeapObject Pages(int count) => Of<List<Page>>(Of<Page[]>(Many(count, static () => Of<Page>().Sized(500))));

    private static Type EntriesOf<T>() => typeof(T).GetField("_entries", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;

    private sealed class Page;

    private sealed class Small;

    private sealed class Seat
    {
        private readonly object? _tag;
    }

    private sealed class Pantry
    {
        private readonly List<Page>? _stock;
    }

    private sealed class Cellar
    {
        private readonly List<Page>? _bottles;
    }

    private sealed class Holder
    {
        private readonly Pantry? _pantry;
    }

    private sealed class Tracker
    {
        private readonly Dictionary<int, Page>? _byId;
        private readonly List<Page>? _all;
    }

    private static class Registry<T>
    {
        private static readonly List<T>? _all;
    }

    private static class Kitchen
    {
        private static readonly Pantry? s_private;
        private static readonly Holder? s_holder;
        private static readonly Cellar? s_cellar;
        private static readonly Tracker? s_tracker;
        private static readonly Seat? s_best;
        private static readonly Task<List<Page>>? s_last;
        private static readonly ConditionalWeakTable<Seat, List<Page>>? s_log;
    }
}
