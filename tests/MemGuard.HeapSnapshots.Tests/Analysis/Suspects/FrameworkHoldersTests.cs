using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using Microsoft.Extensions.DependencyInjection;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>What the application holds through an object of the framework's: whose it is, and what to do.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class FrameworkHoldersTests
{
    private static readonly Assembly Core = typeof(object).Assembly;

    [Fact]
    public void Suspect_EventOfAFrameworksObject_NamesTheFieldThatHoldsIt()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_rooms", Of<ObservableCollection<string>>(Of<NotifyCollectionChangedEventHandler>(Of<object[]>(Handlers<NotifyCollectionChangedEventHandler>(50)))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("event ObservableCollection<string>.CollectionChanged (static FrameworkHoldersTests.Shop.s_rooms) → FrameworkHoldersTests.View.OnRooms", suspect.Name);
        Assert.Contains("unsubscribe", suspect.NextStep, StringComparison.Ordinal);
    }

    // The table of static fields and the list of handlers are arrays of one type.
    [Fact]
    public void Suspect_EventOfAGenericClass_IsNotItsTable()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_rooms", Of<ObservableCollection<string>>()).HiddenStatic(Of<Action<View>>(Of<object[]>(Handlers<Action<View>>(50))));

        HeapDominator suspect = heap.Suspect();

        Assert.StartsWith("probably static FrameworkHoldersTests.Bus<FrameworkHoldersTests.View>.Published → Action<FrameworkHoldersTests.View>", suspect.Name, StringComparison.Ordinal);
        Assert.Equal((50L, "handlers"), (suspect.Count, suspect.CountUnit));
    }

    [Fact]
    public void Suspect_WaitsForAHandle_AreRegisteredWaitsOfWhatIsCalled()
    {
        Type thread = Core.GetType("System.Threading.PortableThreadPool+WaitThread", throwOnError: true)!;
        using HeapPicture heap = new();
        Array.ForEach(
            Many(10, () => Of(thread, Of<RegisteredWaitHandle[]>(Many(60, static () => Of<RegisteredWaitHandle>(Of<WaitOrTimerCallback>(Of<View>().Sized(500))))))),
            one => heap.Stack(one));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(("registered waits → FrameworkHoldersTests.View", 600L, "registered waits"), (suspect.Name, suspect.Count, suspect.CountUnit));
        Assert.Contains("Unregister", suspect.NextStep, StringComparison.Ordinal);
    }

    // A provider that is asked for a scoped service outside of any scope keeps it in its slot.
    [Fact]
    public void Suspect_ScopedServiceInTheContainersSlot_IsNoSingleton()
    {
        Type slot = typeof(ServiceProvider).Assembly.GetType("Microsoft.Extensions.DependencyInjection.ServiceLookup.ConstructorCallSite", throwOnError: true)!;
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of(slot, Of<Cart>(Views(500)))));

        HeapDominator suspect = heap.Suspect(new SingletonTable(new Dictionary<Type, string>(), []) { Scoped = new HashSet<Type> { typeof(Cart) } });

        Assert.Equal("scoped service of the root provider: FrameworkHoldersTests.Cart._lines → List<FrameworkHoldersTests.View>", suspect.Name);
        Assert.Contains("scope", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_LinksThatOthersReferToAsWell_AreHeldByWhoHoldsTheFirst()
    {
        HeapObject[] links = Many(60, static () => Of<Link>().Sized(500));
        for (int i = 1; i < links.Length; i++)
        {
            links[i - 1].Holding(links[i]);
        }

        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_first", links[0]).Stack(Of<List<Link>>(Of<Link[]>(links)));

        Assert.StartsWith("static FrameworkHoldersTests.Shop.s_first → FrameworkHoldersTests.Link", heap.Suspect().Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_ManyAsyncCallsBehindEachOther_WaitForTheFirst()
    {
        Type call = WaitAsync().GetType();
        HeapObject[] calls = Many(60, () => Of(call, Of<View>().Sized(500)));
        for (int i = 1; i < calls.Length; i++)
        {
            calls[i - 1].Holding(calls[i]);
        }

        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_opened", Of<TaskCompletionSource>(calls[0])).Stack(Of<List<Task>>(Of<Task[]>(calls)));

        HeapDominator suspect = heap.Suspect();

        Assert.Contains("async FrameworkHoldersTests.WaitAsync", suspect.Name, StringComparison.Ordinal);
        Assert.Equal(("waiting continuations", HolderKind.Unknown), (suspect.CountUnit, suspect.HolderKind));
        Assert.Contains("complete the task", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_QueueOfCallbacksInSeveralSegments_CountsAll()
    {
        Type segment = typeof(ConcurrentQueue<Action>).GetField("_head", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;
        Type slots = segment.GetField("_slots", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_work", Of<ConcurrentQueue<Action>>(Of(segment, Of(slots, Handlers<Action>(300)), Of(segment, Of(slots, Handlers<Action>(200))))));

        Assert.Equal(500, heap.Suspect().Count);
    }

    [Fact]
    public void Suspect_OneCallbackAmongManyObjects_IsNotWhatTheListIsFullOf()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_any", Of<List<object>>(Of<object[]>([Of<Action>(Of<Cart>().Sized(500)), .. Many(999, static () => Of<View>().Sized(500))])));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(("FrameworkHoldersTests.View", 999L), (suspect.ElementTypeName, suspect.Count));
    }

    // The keys are entries' and no more callbacks.
    [Fact]
    public void Suspect_CallbacksByKey_AreCountedWithoutTheirKeys()
    {
        Type entries = typeof(Dictionary<string, Action>).GetField("_entries", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_any", Of<Dictionary<string, Action>>(Of(entries, [.. Handlers<Action>(100), .. Many(130, static () => Of<string>().Sized(400))])));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(("FrameworkHoldersTests.View", 100L), (suspect.ElementTypeName, suspect.Count));
    }

    [Fact]
    public void Suspect_WaitsWithManyObjectsEach_AreCountedAsWaits()
    {
        Type thread = Core.GetType("System.Threading.PortableThreadPool+WaitThread", throwOnError: true)!;
        using HeapPicture heap = new();
        heap.Stack(Of(thread, Of<RegisteredWaitHandle[]>(Many(10, static () => Of<RegisteredWaitHandle>(Of<View[]>(Many(100, static () => Of<View>().Sized(500))))))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal((10L, "registered waits"), (suspect.Count, suspect.CountUnit));
    }

    // A provider's slot that is known by what it holds: the class is the framework's, what it keeps the application's.
    [Fact]
    public void Suspect_ScopedServiceOfTheFrameworksOwn_IsNoSingleton()
    {
        Type slot = typeof(ServiceProvider).Assembly.GetType("Microsoft.Extensions.DependencyInjection.ServiceLookup.ConstructorCallSite", throwOnError: true)!;
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of(slot, Of<System.Net.WebProxy>(Views(500)))));

        HeapDominator suspect = heap.Suspect(new SingletonTable(new Dictionary<Type, string>(), []) { ScopedFactories = [typeof(System.Net.IWebProxy)] });

        Assert.StartsWith("scoped service of the root provider: WebProxy", suspect.Name, StringComparison.Ordinal);
        Assert.Contains("scope", suspect.NextStep, StringComparison.Ordinal);
    }

    // The map from the async local to its value is the framework's: of its two keys one fits.
    [Fact]
    public void Suspect_ValueOfAnAsyncLocal_IsNamedByTheAsyncLocal()
    {
        Type map = Core.GetType("System.Threading.AsyncLocalValueMap+TwoElementAsyncLocalValueMap", throwOnError: true)!;
        HeapObject carts = Of<AsyncLocal<Cart>>();
        HeapObject names = Of<AsyncLocal<string>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_cart", carts).Static(typeof(Shop), "s_name", names).Stack(Of<ExecutionContext>(Of(map, carts, names, Of<Cart>(Views(500)))));

        HeapDominator suspect = heap.Suspect();

        Assert.Contains("FrameworkHoldersTests.Cart", suspect.Name, StringComparison.Ordinal);
        Assert.Contains("async local static FrameworkHoldersTests.Shop.s_cart", suspect.Name, StringComparison.Ordinal);
        Assert.DoesNotContain("s_name", suspect.Name, StringComparison.Ordinal);
    }

    // An async local of any class could have the value, but the one of its own class is nobody's.
    [Fact]
    public void Suspect_AsyncLocalOfTheValuesClassHasNoHolder_IsNotNamedByAnother()
    {
        Type map = Core.GetType("System.Threading.AsyncLocalValueMap+TwoElementAsyncLocalValueMap", throwOnError: true)!;
        HeapObject any = Of<AsyncLocal<object>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_any", any).Stack(Of<ExecutionContext>(Of(map, any, Of<AsyncLocal<Cart>>(), Of<Cart>(Views(500)))));

        Assert.DoesNotContain("s_any", heap.Suspect().Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_OneOfTheFittingAsyncLocalsHasNoHolder_IsNotCertain()
    {
        Type map = Core.GetType("System.Threading.AsyncLocalValueMap+TwoElementAsyncLocalValueMap", throwOnError: true)!;
        HeapObject any = Of<AsyncLocal<object>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_any", any).Stack(Of<ExecutionContext>(Of(map, any, Of<AsyncLocal<object>>(), Of<Cart>(Views(500)))));

        Assert.Contains("async local (one of static FrameworkHoldersTests.Shop.s_any | another) → FrameworkHoldersTests.Cart", heap.Suspect().Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MultiElementAsyncLocalValueMap", "_keyValues")]
    [InlineData("ManyElementAsyncLocalValueMap", "_entries")]
    public void Suspect_ValueOfOneOfManyAsyncLocals_IsNamedByIt(string map, string field)
    {
        Type type = Core.GetType("System.Threading.AsyncLocalValueMap+" + map, throwOnError: true)!;
        Type keeper = field == "_entries" ? type.BaseType! : type;
        Type array = keeper.GetField(field, BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;
        HeapObject carts = Of<AsyncLocal<Cart>>();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_cart", carts).Stack(Of<ExecutionContext>(Of(type, Of(array, [carts, Of<Cart>(Views(500)), .. Many(5, static () => Of<AsyncLocal<string>>())]))));

        HeapDominator suspect = heap.Suspect();

        Assert.Contains("async local static FrameworkHoldersTests.Shop.s_cart → FrameworkHoldersTests.Cart._lines", suspect.Name, StringComparison.Ordinal);
        Assert.Equal(HolderKind.RunningWork, suspect.HolderKind);
    }

    // What a factory returns is a class that its users never see.
    [Fact]
    public void Suspect_HiddenClassOfAPublicCollection_IsNamedByThePublicOne()
    {
        Type hidden = FrozenDictionary.ToFrozenDictionary(Enumerable.Range(0, 50).ToDictionary(static i => 3 * i, static i => new View())).GetType();
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_frozen", Of(hidden, Of<View[]>(Many(500, static () => Of<View>().Sized(500)))));

        HeapDominator suspect = heap.Suspect();

        Assert.False(hidden.IsVisible);
        Assert.Equal("static FrameworkHoldersTests.Shop.s_frozen → FrozenDictionary<int, FrameworkHoldersTests.View>", suspect.Name);
        Assert.StartsWith("let go of the old ones", suspect.NextStep, StringComparison.Ordinal);
    }

    private static HeapObject Views(int count) => Of<List<View>>(Of<View[]>(Many(count, static () => Of<View>().Sized(500))));

    private static HeapObject[] Handlers<T>(int count) => Many(count, static () => Of<T>(Of<View>().Sized(500)));

    private static async Task WaitAsync() => await new TaskCompletionSource().Task.ConfigureAwait(false);

    private sealed class View
    {
        public void OnRooms(object? sender, NotifyCollectionChangedEventArgs args) => ToString();
    }

    private sealed class Cart
    {
        private readonly List<View>? _lines;
    }

    private sealed class Link
    {
        private readonly Link? _next;
    }

    private static class Bus<T>
    {
        public static event Action<T>? Published;

        public static void Publish(T message) => Published?.Invoke(message);
    }

    private static class Shop
    {
        private static readonly ObservableCollection<string>? s_rooms;
        private static readonly Link? s_first;
        private static readonly TaskCompletionSource? s_opened;
        private static readonly ConcurrentQueue<Action>? s_work;
        private static readonly AsyncLocal<Cart>? s_cart;
        private static readonly AsyncLocal<string>? s_name;
        private static readonly AsyncLocal<object>? s_any;
        private static readonly FrozenDictionary<int, View>? s_frozen;
    }
}
