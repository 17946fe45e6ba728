using System.Collections.Concurrent;
using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A heap is drawn; the heaviest leak suspect has the name that its user would give it.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class SuspectNamesTests
{
    private static readonly Assembly Core = typeof(object).Assembly;

    [Fact]
    public void Suspect_StaticDictionary_IsItsFieldWithTheCollectionAndWhatToUseInstead()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "_users", Of<Dictionary<string, User>>(Of(EntriesOf<Dictionary<string, User>>(), Many(500, static () => Of<User>().Sized(500)))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static SuspectNamesTests.UserService._users → Dictionary<string, SuspectNamesTests.User>", suspect.Name);
        Assert.Equal((500L, "entries"), (suspect.Count, suspect.CountUnit));
        Assert.Equal("SuspectNamesTests.User", suspect.ElementTypeName);
        Assert.Equal("bound it, e.g. BoundedCache<string, SuspectNamesTests.User>", suspect.NextStep);
        Assert.StartsWith("MemGuard.HeapSnapshots.Tests", suspect.Owner, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_FieldOfAnObject_IsNamedByItsClassBelowTheStatic()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "Shared", Of<UserService>(Users(500)));

        Assert.Equal(
            "static SuspectNamesTests.UserService.Shared → SuspectNamesTests.UserService._list → List<SuspectNamesTests.User>",
            heap.Suspect().Name);
    }

    [Theory]
    [InlineData("SuspectNamesTests.UserService", "DI singleton SuspectNamesTests.UserService._list → List<SuspectNamesTests.User>")]
    [InlineData("IUsers", "DI singleton IUsers: SuspectNamesTests.UserService._list → List<SuspectNamesTests.User>")]
    [InlineData("IHostedService", "hosted service SuspectNamesTests.UserService._list → List<SuspectNamesTests.User>")]
    public void Suspect_FieldOfASingleton_IsNamedByTheServiceType(string service, string expected)
    {
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of<UserService>(Users(500))));

        Assert.Equal(expected, heap.Suspect(KnownAs(typeof(UserService), service)).Name);
    }

    [Fact]
    public void Suspect_SeveralFieldsFit_ListsThem()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "Other", Of<Twins>(Users(500)));

        Assert.Contains("SuspectNamesTests.Twins.(one of _left | _right) → List<", heap.Suspect().Name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_CollectionOfCollections_NamesTheOneThatTheUserDeclared()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "_byCity", Of<Dictionary<string, List<User>>>(Of(EntriesOf<Dictionary<string, List<User>>>(), Users(50), Users(500), Users(50))));

        Assert.Equal("static SuspectNamesTests.UserService._byCity → Dictionary<string, List<SuspectNamesTests.User>> → List<SuspectNamesTests.User>", heap.Suspect().Name);
    }

    /// <summary>A wrapper lives only for what it wraps: one that holds a third of the memory itself does not.</summary>
    [Theory]
    [InlineData(10, "static SuspectNamesTests.UserService._jobs → BlockingCollection<SuspectNamesTests.User>")]
    [InlineData(200, "static SuspectNamesTests.UserService._jobs → BlockingCollection<SuspectNamesTests.User> → ConcurrentQueue<SuspectNamesTests.User>")]
    public void Suspect_CollectionInACollection_IsTheOuterOneOnlyIfItHoldsLittleElse(int others, string expected)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "_jobs", Of<BlockingCollection<User>>(
            Of<ConcurrentQueue<User>>(Of<User[]>(Many(500, static () => Of<User>().Sized(500)))),
            Of<object[]>(Many(others, static () => Of<string>().Sized(500)))));

        Assert.Equal(expected, heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_StaticEvent_NamesTheHandlersMethodAndItsShare()
    {
        using HeapPicture heap = new();
        HeapObject[] handlers = [.. Handlers<Watcher>(90), .. Handlers<Listener>(30)];
        heap.Static(typeof(Feed), "Changed", Of<EventHandler>(Of<object[]>(handlers)));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static event SuspectNamesTests.Feed.Changed → 75 % SuspectNamesTests.Watcher.OnChanged", suspect.Name);
        Assert.Equal((120L, "handlers"), (suspect.Count, suspect.CountUnit));
        Assert.Contains("unsubscribe", suspect.NextStep, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_EventOfASingleton_SaysBoth()
    {
        using HeapPicture heap = new();
        heap.Stack(Of<Feed>(Of<EventHandler>(Of<object[]>(Handlers<Watcher>(50)))));

        Assert.Equal(
            "event SuspectNamesTests.Feed.Raised (DI singleton) → SuspectNamesTests.Watcher.OnChanged",
            heap.Suspect(KnownAs(typeof(Feed), "SuspectNamesTests.Feed")).Name);
    }

    [Fact]
    public void Suspect_VariableOfAClosure_IsNamedByTheMethod()
    {
        List<User> captured = [];
        Action closure = () => captured.Clear();
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of<Action>(Of(closure.Target!.GetType(), Users(500)))));

        Assert.Equal(
            $"closure created in SuspectNamesTests.{nameof(Suspect_VariableOfAClosure_IsNamedByTheMethod)} (variable captured) → List<SuspectNamesTests.User>",
            heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_GenericStatic_IsProbablyItsField()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "Other", Of<Twins>()).HiddenStatic(Of<Queue<User>>(Of<User[]>(Many(500, static () => Of<User>().Sized(500)))));

        Assert.Equal("probably static SuspectNamesTests.Registry<SuspectNamesTests.User>._all → Queue<SuspectNamesTests.User>", heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_ThreadStatic_IsProbablyItsField()
    {
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Of<object[]>(Of<Stack<User>>(Of<User[]>(Many(500, static () => Of<User>().Sized(500)))))));

        Assert.Equal("probably thread static SuspectNamesTests.PerThread._recent → Stack<SuspectNamesTests.User>", heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_TimersOfManyRoots_AreTimersWithTheirCallback()
    {
        Type timer = Core.GetType("System.Threading.TimerQueueTimer")!;
        using HeapPicture heap = new();
        Array.ForEach(Many(50, () => Of(timer, Of<Watcher>().Sized(500))), one => heap.Root(one, HeapRootKind.Handle));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("timers → SuspectNamesTests.Watcher", suspect.Name);
        Assert.Equal((50L, "timers"), (suspect.Count, suspect.CountUnit));
        Assert.Contains("GuardedTimer", suspect.NextStep, StringComparison.Ordinal);
    }

    // It lives in the namespace of tasks, and is a queue.
    [Fact]
    public void Suspect_DataflowBlock_IsNoWait()
    {
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "Other", Of<System.Threading.Tasks.Dataflow.BufferBlock<User>>(Of<Queue<User>>(Of<User[]>(Many(500, static () => Of<User>().Sized(500))))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("static SuspectNamesTests.UserService.Other → BufferBlock<SuspectNamesTests.User>", suspect.Name);
        Assert.Equal("entries", suspect.CountUnit);
        Assert.Equal("set the block's BoundedCapacity, and await SendAsync", suspect.NextStep);
    }

    // Everything that waits for the network hangs on one table of the runtime, which is nobody's.
    [Fact]
    public void Suspect_WaitsForTheNetwork_IsNamedByWhatWaits()
    {
        Assembly sockets = typeof(System.Net.Sockets.Socket).Assembly;
        Type engine = sockets.GetType("System.Net.Sockets.SocketAsyncEngine")!;
        Type context = sockets.GetType("System.Net.Sockets.SocketAsyncContext")!;
        using HeapPicture heap = new();
        heap.Static(engine, "s_registeredContexts", Of(context.MakeArrayType(), Many(500, () => Of(context, Of<Action<int, Memory<byte>>>(Of<System.IO.Pipelines.Pipe>(Of<User>().Sized(500)))))));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal("open sockets → SuspectNamesTests.User", suspect.Name);
        Assert.Equal((500L, "open sockets"), (suspect.Count, suspect.CountUnit));
        Assert.Equal(Trends.HolderKind.Unknown, suspect.HolderKind);
        Assert.Equal("dispose each SuspectNamesTests.User when its work ends, and bound how many are open", suspect.NextStep);
    }

    [Fact]
    public void Suspect_CancellationSource_CountsRegistrations()
    {
        Type registrations = Core.GetType("System.Threading.CancellationTokenSource+Registrations")!;
        Type node = Core.GetType("System.Threading.CancellationTokenSource+CallbackNode")!;
        using HeapPicture heap = new();
        heap.Static(typeof(UserService), "_shutdown", Of<CancellationTokenSource>(Of(registrations, Many(500, () => Of(node, Of<Watcher>().Sized(500))))));

        HeapDominator suspect = heap.Suspect();

        Assert.StartsWith("static SuspectNamesTests.UserService._shutdown → CancellationTokenSource", suspect.Name, StringComparison.Ordinal);
        Assert.Equal("registrations", suspect.CountUnit);
        Assert.Contains("Register", suspect.NextStep, StringComparison.Ordinal);
    }

    // The walk still knows the name of a type whose assembly is gone.
    [Fact]
    public void Suspect_HolderKnownByNameOnly_IsNamedByIt()
    {
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Named("Plugin.Session", Users(500))));

        Assert.Equal("Plugin.Session → List<SuspectNamesTests.User>", heap.Suspect().Name);
    }

    [Fact]
    public void Suspect_ValueOfADependentHandle_LivesUnderItsKey()
    {
        using HeapPicture heap = new();
        HeapObject key = Of<Feed>();
        heap.Static(typeof(UserService), "Other", key).Dependent(key, Users(500));

        string name = heap.Suspect().Name;

        Assert.StartsWith("static SuspectNamesTests.UserService.Other → SuspectNamesTests.Feed", name, StringComparison.Ordinal);
        Assert.EndsWith("List<SuspectNamesTests.User>", name, StringComparison.Ordinal);
    }

    [Fact]
    public void Suspect_LinkedList_CountsItsNodesAsOneKind()
    {
        using HeapPicture heap = new();
        HeapObject chain = Of<Link>().Sized(500);
        for (int i = 1; i < 300; i++)
        {
            chain = Of<Link>(chain).Sized(500);
        }

        heap.Static(typeof(UserService), "Other", chain);

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(300, suspect.Count);
        Assert.StartsWith("static SuspectNamesTests.UserService.Other → SuspectNamesTests.Link", suspect.Name, StringComparison.Ordinal);
    }

    // Only the roots hold it alone, so neither holder is accused.
    [Fact]
    public void Analyse_SharedByTwoStatics_AccusesNeitherOfRetainingIt()
    {
        using HeapPicture heap = new();
        HeapObject shared = Users(500);
        heap.Static(typeof(UserService), "Shared", Of<UserService>(shared)).Static(typeof(UserService), "Other", Of<Twins>(shared));

        SnapshotData data = heap.Analyse();

        Assert.Contains(data.Places, static place => place.TypeName == "List<SuspectNamesTests.User>" && place.Count == 500);
        Assert.DoesNotContain(data.Places, static place => place.TypeName is "SuspectNamesTests.UserService" or "SuspectNamesTests.Twins");
    }

    [Fact]
    public void Analyse_AgainstABaseline_SaysWhatHasGrown()
    {
        using HeapPicture before = new();
        before.Static(typeof(UserService), "_things", Of<List<object>>(Of<object[]>(Many(100, static () => Of<Watcher>().Sized(5000)))));
        HeapObject[] grown = [.. Many(100, static () => Of<Watcher>().Sized(5000)), .. Many(300, static () => Of<User>().Sized(500))];
        using HeapPicture after = new();
        after.Static(typeof(UserService), "_things", Of<List<object>>(Of<object[]>(grown)));
        using HeapPicture again = new();
        again.Static(typeof(UserService), "_things", Of<List<object>>(Of<object[]>(grown)));

        Assert.Equal("SuspectNamesTests.Watcher", after.Suspect().ElementTypeName);
        Assert.Equal("SuspectNamesTests.User", again.Analyse(baseline: before.Analyse()).Places[0].ElementTypeName);
    }

    private static SingletonTable KnownAs(Type implementation, string service) => new(new Dictionary<Type, string> { [implementation] = service }, []);

    private static HeapObject[] Handlers<T>(int count) => Many(count, static () => Of<EventHandler>(Of<T>().Sized(500)));

    private static HeapObject Users(int count) => Of<List<User>>(Of<User[]>(Many(count, static () => Of<User>().Sized(500))));

    private static Type EntriesOf<T>() => typeof(T).GetField("_entries", BindingFlags.Instance | BindingFlags.NonPublic)!.FieldType;

    private sealed class User;

    private sealed class Link
    {
        private readonly Link? _next;
    }

    private sealed class Twins
    {
        private readonly List<User>? _left;
        private readonly List<User>? _right;
    }

    private sealed class UserService
    {
        private static readonly UserService? Shared;
        private static readonly object? Other;
        private static readonly Dictionary<string, User>? _users;
        private static readonly Dictionary<string, List<User>>? _byCity;
        private static readonly List<object>? _things;
        private static readonly BlockingCollection<User>? _jobs;
        private static readonly CancellationTokenSource? _shutdown;

        private readonly List<User>? _list;
    }

    private sealed class Feed
    {
        public static event EventHandler? Changed;

        public event EventHandler? Raised;

        public void Raise()
        {
            Changed?.Invoke(this, EventArgs.Empty);
            Raised?.Invoke(this, EventArgs.Empty);
        }
    }

    private sealed class Watcher
    {
        public void OnChanged(object? sender, EventArgs args) => ToString();
    }

    private sealed class Listener
    {
        public void OnChanged(object? sender, EventArgs args) => ToString();
    }

    private static class Registry<T>
    {
        private static readonly Queue<T>? _all;
    }

    private static class PerThread
    {
        [ThreadStatic]
        private static Stack<User>? _recent;
    }
}
