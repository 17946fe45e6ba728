using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Reflection;
using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Pages pile up below roots that no named field of the application's leads to: what is said of who holds them.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class RootsTests
{
    private const string Pages = "List<RootsTests.Page>";

    // Near the root it is the root's own, further down anybody's.
    [Theory]
    [InlineData(2, "local variables and thread statics → " + Pages, "finalizer queue → " + Pages)]
    [InlineData(3, Pages, Pages)]
    public void Suspect_BelowARoot_IsTheRootsIfNear(int between, string ofStack, string ofQueue)
    {
        Assert.Equal(ofStack, OfRoot(Wrap(between, List()), HeapRootKind.Stack).Name);
        Assert.Equal(ofQueue, OfRoot(Wrap(between, List()), HeapRootKind.FinalizerQueue).Name);
    }

    [Fact]
    public void Suspect_InATimerOfTheRuntime_IsTheApplicationsObjects()
    {
        HeapDominator suspect = OfRoot(Of(Core("System.Threading.TimerQueueTimer"), Of<TimerCallback>(Of<Basket>(List()))), HeapRootKind.Handle);

        Assert.Equal(("RootsTests.Basket._pages → " + Pages, HolderKind.Unknown), (suspect.Name, suspect.HolderKind));
    }

    // Main holds the host and through it everything: what lies in its variables itself is its own, all else is not.
    [Fact]
    public void Suspect_ListInMain_IsMains()
    {
        HeapDominator suspect = OfRoot(Of(BoxOfMain(), List()), HeapRootKind.Stack);

        Assert.Equal(("async Program.Main → " + Pages, HolderKind.Unknown), (suspect.Name, suspect.HolderKind));
    }

    [Fact]
    public void Suspect_BelowTheHostOfMain_IsNotMains() => Assert.Equal(Pages, OfRoot(Of(BoxOfMain(), Of<Tuple<object>>(List(), Rest())), HeapRootKind.Stack).Name);

    [Fact]
    public void Suspect_CollectionsInMain_AreMains() =>
        Assert.Equal("async Program.Main → Dictionary<string, List<RootsTests.Page>> → " + Pages, OfRoot(Of(BoxOfMain(), Of<Dictionary<string, List<Page>>>(Of<object[]>(List()))), HeapRootKind.Stack).Name);

    [Fact]
    public void Suspect_ObjectInMain_HoldsItsOwn() => Assert.Equal("RootsTests.Basket._pages → " + Pages, OfRoot(Of(BoxOfMain(), Of<Basket>(List())), HeapRootKind.Stack).Name);

    [Fact]
    public void Suspect_ObjectInAGenericStatic_IsProbablyItsField()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_seat", Of<Basket>()).HiddenStatic(Of<Box<Basket>>(Of<Basket>(List())));

        Assert.Equal("probably static RootsTests.Bus<RootsTests.Basket>.s_box → RootsTests.Basket._pages → " + Pages, heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_TwoGenericStaticsFit_AreListed()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_seat", Of<Basket>()).HiddenStatic(Of<LinkedList<Page>>(Of<object[]>(Many(300, static () => Of<Page>().Sized(2000)))));

        Assert.Equal(
            "probably static (one of RootsTests.Bus<RootsTests.Page>.s_first | RootsTests.Bus<RootsTests.Page>.s_second) → LinkedList<RootsTests.Page>",
            heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_ManyGenericStaticsFit_AreCounted()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_seat", Of<Basket>()).HiddenStatic(Of<SortedSet<Page>>(Of<object[]>(Many(300, static () => Of<Page>().Sized(2000)))));

        Assert.Equal("probably static (one of 5 that fit) → SortedSet<RootsTests.Page>", heap.Suspect().Name);
    }

    // The runtime's tables have eight kilobytes: a smaller array in a handle is the application's.
    [Theory]
    [InlineData(8000, "probably static (one of 5 that fit)")]
    [InlineData(7992, "GC handle")]
    public void Suspect_InAnArrayOfAHandle_IsAStaticIfTheArrayIsATable(int bytes, string owner)
    {
        HeapObject set = Of<SortedSet<Page>>(Of<object[]>(Many(300, static () => Of<Page>().Sized(2000))));

        Assert.Equal(owner + " → SortedSet<RootsTests.Page>", OfRoot(Of<object[]>(set).Sized(bytes), HeapRootKind.Handle, isPinned: true).Name);
    }

    [Fact]
    public void Suspect_LargeArrayOfAMethod_IsNoTable() =>
        Assert.DoesNotContain("static", OfRoot(Of<object[]>(Of<SortedSet<Page>>(Of<object[]>(Many(300, static () => Of<Page>().Sized(2000))))).Sized(9000), HeapRootKind.Stack).Name.Replace("thread statics", "", StringComparison.Ordinal), StringComparison.Ordinal);

    [Fact]
    public void Suspect_EventOfAnObjectThatNobodyNames_IsAnEvent()
    {
        HeapDominator suspect = OfRoot(Of<object[]>(Of<Feed>(Handlers<EventHandler>())), HeapRootKind.Stack);

        Assert.Equal(("event RootsTests.Feed.Changed → RootsTests.Page.OnChanged", 300L, "handlers"), (suspect.Name, suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public void Suspect_EventOfAFrameworksObjectThatNobodyNames_IsAnEvent() =>
        Assert.Equal(
            "event ObservableCollection<string>.PropertyChanged → RootsTests.Page.OnChanged",
            OfRoot(Of<object[]>(Of<ObservableCollection<string>>(Handlers<PropertyChangedEventHandler>())), HeapRootKind.Stack).Name);

    // The field is no event: its object has one.
    [Fact]
    public void Suspect_EventOfAnObjectInAHandle_SaysWhatHoldsTheObject() =>
        Assert.Equal("event RootsTests.Feed.Changed (GC handle) → RootsTests.Page.OnChanged", OfRoot(Of<Feed>(Handlers<EventHandler>()), HeapRootKind.Handle).Name);

    [Fact]
    public void Suspect_ObjectThatIsTheValueOfAWeakTable_IsTheTables()
    {
        HeapObject seat = Of<Basket>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_seat", seat).Static(typeof(Shop), "s_log", Of<ConditionalWeakTable<Basket, Shelf>>()).Dependent(seat, Of<Shelf>(List()));

        Assert.Equal("weak table static RootsTests.Shop.s_log → RootsTests.Shelf._books → " + Pages, heap.Suspect().Name);
    }

    // Whoever has captured the context keeps the value.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Suspect_CollectionInAnAsyncLocal_SaysHowToLetGo(bool isList)
    {
        HeapObject local = Of<AsyncLocal<object>>();
        HeapObject value = isList ? List() : Of<Page[]>(Many(300, static () => Of<Page>().Sized(2000)));
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_rootsLocal", local).Stack(Of<ExecutionContext>(Of(Core("System.Threading.AsyncLocalValueMap+OneElementAsyncLocalValueMap"), local, value)));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("async local static RootsTests.Shop.s_rootsLocal → RootsTests.Page", suspect.Name);
        Assert.Equal("set the value to null when the work ends: whoever has captured the context, as timers and tasks do, keeps it", suspect.NextStep);
    }

    private static HeapDominator OfRoot(HeapObject held, HeapRootKind kind, bool isPinned = false)
    {
        using HeapPicture heap = new();
        return heap.Root(held, kind, isPinned).Suspect();
    }

    private static HeapObject Wrap(int times, HeapObject held)
    {
        for (int i = 0; i < times; i++)
        {
            held = i % 2 == 0 ? Of<Tuple<object>>(held, Rest()) : Of<Lazy<object>>(held);
        }

        return held;
    }

    // Who holds a seventh of the memory besides is no mere wrapper.
    private static HeapObject Rest() => Of<byte[]>().Sized(100_000);

    private static HeapObject List() => Of<List<Page>>(Of<Page[]>(Many(300, static () => Of<Page>().Sized(2000))));

    private static HeapObject Handlers<T>() => Of<T>(Of<object[]>(Many(300, static () => Of<T>(Of<Page>().Sized(200)))));

    private static Type Core(string name) => typeof(object).Assembly.GetType(name, throwOnError: true)!;

    // The framework's box around the asynchronous Main of a program, as the runtime allocates it.
    private static Type BoxOfMain()
    {
        Type machine = Array.Find(Assembly.Load("SnapshotChild").GetTypes(), static type => type.Name.StartsWith("<<Main>$>d__", StringComparison.Ordinal))!;
        return typeof(AsyncTaskMethodBuilder<>).GetNestedType("AsyncStateMachineBox`1", BindingFlags.NonPublic)!.MakeGenericType(typeof(int), machine);
    }

    private sealed class Page
    {
        public void OnChanged(object? sender, EventArgs args) => ToString();
    }

    private sealed class Basket
    {
        private readonly List<Page>? _pages;
    }

    private sealed class Shelf
    {
        private readonly List<Page>? _books;
    }

    private sealed class Feed
    {
        public event EventHandler? Changed;

        public void Raise() => Changed?.Invoke(this, EventArgs.Empty);
    }

    private sealed class Box<T>
    {
        private readonly T? _inner;
    }

    private static class Bus<T>
    {
        private static readonly LinkedList<T>? s_first;
        private static readonly LinkedList<T>? s_second;
        private static readonly SortedSet<T>? s_red;
        private static readonly SortedSet<T>? s_green;
        private static readonly SortedSet<T>? s_blue;
        private static readonly SortedSet<T>? s_black;
        private static readonly SortedSet<T>? s_white;
        private static readonly Box<T>? s_box;
    }

    private static class Shop
    {
        private static readonly Basket? s_seat;
        private static readonly ConditionalWeakTable<Basket, Shelf>? s_log;
        private static readonly AsyncLocal<object>? s_rootsLocal;
    }
}
