using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

[Collection(nameof(NativeMemoryGroup))]
public sealed class StaticNamesTests
{
    // Same field name, same type, in several classes: only their places tell them apart. Each object is found again by its unique element type.
    [Fact]
    public void Resolve_SameNameAndTypeInManyClasses_NamesEachRightOrListsTheTruth()
    {
        (string Truth, Func<object> Touch)[] holders =
        [
            ("First._items", static () => First._items), ("Second._items", static () => Second._items), ("Third._items", static () => Third._items),
            ("First._lock", static () => First._lock), ("Second._lock", static () => Second._lock), ("Third._lock", static () => Third._lock),
        ];
        foreach ((_, Func<object> touch) in holders)
        {
            GC.KeepAlive(touch());
        }

        using CapturedHeap heap = new EventPipeCapture().Capture(1L << 30, null, CancellationToken.None);
        IReadOnlyList<StaticOwner> owners = Resolve(heap);

        List<string> named = [.. heap.Statics.Zip(owners)
            .Where(static pair => pair.First.FieldName is "_items" or "_lock" && pair.Second.Name.Contains("StaticNamesTests", StringComparison.Ordinal))
            .Select(static pair => pair.Second.Name)];
        foreach ((string truth, _) in holders)
        {
            Assert.Contains("StaticNamesTests." + truth, named);
        }
    }

    // The slot of every certain name is compared with what the runtime itself says: the address of the field.
    [Fact]
    public void Resolve_EveryCertainNameOfTheseTests_HoldsTheObjectOfThatField()
    {
        Known.Touch();
        using CapturedHeap heap = new EventPipeCapture().Capture(1L << 30, null, CancellationToken.None);

        Dictionary<string, string> held = [];
        HeapTypeTable types = new(heap.Types, AppDomain.CurrentDomain.GetAssemblies(), heap.Descriptions);
        foreach ((HeapStatic field, StaticOwner owner) in heap.Statics.Zip(Resolve(heap)))
        {
            if (owner.IsCertain && owner.Candidates[0].DeclaringType == typeof(Known))
            {
                held[owner.FieldName] = types.FindType(field.TypeId)?.Name ?? "";
            }
        }

        Assert.Equal(
            new Dictionary<string, string> { ["_a"] = "OnlyA", ["_b"] = "OnlyB", ["_number"] = "Decimal", ["_pair"] = "ValueTuple`2" },
            held.Where(static pair => pair.Key is "_a" or "_b" or "_number" or "_pair").ToDictionary());
    }

    [Fact]
    public void Resolve_AllStatics_ResolvesMostAndRunsNoStaticConstructor()
    {
        using CapturedHeap heap = new EventPipeCapture().Capture(1L << 30, null, CancellationToken.None);

        SnapshotData data = SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);

        Assert.True(data.NamedStaticCount >= 0.9 * data.StaticCount, $"{data.NamedStaticCount} of {data.StaticCount}");
        Assert.False(TrapState.HasRun, "a static constructor ran");
        RuntimeHelpers.RunClassConstructor(typeof(Trap).TypeHandle);
        Assert.True(TrapState.HasRun, "the trap works");
    }

    private static IReadOnlyList<StaticOwner> Resolve(CapturedHeap heap) =>
        StaticNames.Resolve(heap.Statics, new HeapTypeTable(heap.Types, AppDomain.CurrentDomain.GetAssemblies(), heap.Descriptions));

    private sealed class OnlyA;

    private sealed class OnlyB;

    private static class First
    {
        public static readonly List<string> _items = ["first"];
        public static readonly object _lock = new();
    }

    private static class Second
    {
        public static readonly object _lock = new();
        public static readonly string _name = "second" + Environment.ProcessId;
        public static readonly List<string> _items = ["second"];
    }

    private static class Third
    {
        public static readonly decimal _rate = Environment.ProcessId;
        public static readonly List<string> _items = ["third"];
        public static readonly string? _empty = Environment.GetEnvironmentVariable("no such variable");
        public static readonly object _lock = new();
    }

    private static class Known
    {
        private static readonly object _a = new OnlyA();
        private static readonly decimal _number = Environment.ProcessId;
        private static readonly object _b = new OnlyB();
        private static readonly (object, int) _pair = (_a, 1);

        [MethodImpl(MethodImplOptions.NoInlining)]
        public static void Touch()
        {
            GC.KeepAlive(_a);
            GC.KeepAlive(_b);
            GC.KeepAlive(_number);
            GC.KeepAlive(_pair);
        }
    }

    // Never touched: has fields named like real roots, so that it is a candidate for many of them.
    private static class Trap
    {
        public static readonly List<string> _items = [];
        public static readonly object _lock = new();
        public static readonly object s_lock = new();
        public static readonly object Instance = new();

        static Trap() => TrapState.HasRun = true;
    }

    // Apart from the trap: reading a field of it would spring it.
    private static class TrapState
    {
        public static bool HasRun { get; set; }
    }
}
