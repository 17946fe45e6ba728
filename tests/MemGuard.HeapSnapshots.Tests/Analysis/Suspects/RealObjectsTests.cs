using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Real objects hang under a static field: what is said of the place in which their pages pile up.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class RealObjectsTests
{
    private const string Remove = "remove what is no longer needed, or bound it";

    /// <summary>Shape, name without the classes around them, number and unit, next step, when it stops growing.</summary>
    public static TheoryData<string, string, string, string?, string> Expected => new()
    {
        { "array", "… → Page[]", "200 items of Page", Remove, "Lasting" },
        { "list", "… → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "list in a list", "… → List<List<Page>> → List<Page>", "201 entries of Page", Remove, "Lasting" },
        { "lists by name", "… → Dictionary<string, List<Page>>", "20 entries of Page", "bound it, e.g. BoundedCache<string, List<Page>>", "Lasting" },
        { "list by name", "… → Dictionary<string, List<Page>> → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "dictionary", "… → Dictionary<string, Page>", "200 entries of Page", "bound it, e.g. BoundedCache<string, Page>", "Lasting" },
        { "concurrent dictionary", "… → ConcurrentDictionary<int, Page>", "200 entries of Page", "bound it, e.g. BoundedCache<int, Page>", "Lasting" },
        { "sorted dictionary", "… → SortedDictionary<int, Page>", "200 entries of Page", "bound it, e.g. BoundedCache<int, Page>", "Lasting" },
        { "sorted list", "… → SortedList<int, Page>", "200 entries of Page", "bound it, e.g. BoundedCache<int, Page>", "Lasting" },
        { "hash set", "… → HashSet<Page>", "200 entries of Page", Remove, "Lasting" },
        { "linked list", "… → LinkedList<Page>", "200 entries of Page", Remove, "Lasting" },
        { "queue", "… → Queue<Page>", "200 entries of Page", "bound it, e.g. BoundedQueue<Page>", "Lasting" },
        { "stack", "… → Stack<Page>", "200 entries of Page", Remove, "Lasting" },
        { "priority queue", "… → PriorityQueue<Page, int>", "200 entries of Page", Remove, "Lasting" },
        { "concurrent queue", "… → ConcurrentQueue<Page>", "200 entries of Page", "bound it, e.g. BoundedQueue<Page>", "Lasting" },
        { "concurrent stack", "… → ConcurrentStack<Page>", "200 entries of Page", Remove, "Lasting" },
        { "concurrent bag", "… → ConcurrentBag<Page>", "200 entries of Page", Remove, "Lasting" },
        { "blocking collection", "… → BlockingCollection<Page>", "200 entries of Page", Remove, "Lasting" },
        { "channel", "… → ConcurrentQueue<Page>", "200 entries of Page", "bound it, e.g. BoundedQueue<Page>", "Lasting" },
        { "bounded channel", "… → Channel<Page>", "200 entries of Page", Remove, "Filling" },

        // One more than there are: an empty node or a list's end is counted with the entries.
        { "immutable list", "… → ImmutableList<Page>", "201 entries of Page", Remove, "Lasting" },
        { "immutable dictionary", "… → ImmutableDictionary<int, Page>", "201 entries of Page", "bound it, e.g. BoundedCache<int, Page>", "Lasting" },

        { "read-only collection", "… → ReadOnlyCollection<Page>", "200 entries of Page", Remove, "Lasting" },
        { "own collection", "… → Book → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "own list", "… → Shelf (Page)", "200 entries of Page", Remove, "Lasting" },
        { "text", "… → StringBuilder", "2 entries", null, "Lasting" },
        { "stream", "… → MemoryStream", "1 entries", null, "Lasting" },
        { "lazy", "… → Lazy<List<Page>>", "200 entries of Page", Remove, "Lasting" },
        { "completed task", "… → completed Task<List<Page>> → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "callbacks", "… → List<Action> (Page.Turn)", "200 entries of Page.Turn", Remove, "Lasting" },
        { "closures", "… → List<Action> (closure created in .cctor)", "200 entries of closure created in .cctor", Remove, "Lasting" },
        { "event", "event Feed.Changed (static Shop.s_shape) → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "event of a collection", "event ObservableCollection<string>.PropertyChanged (static Shop.s_shape) → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "waiting tasks", "… → TaskCompletionSource (async Page.WaitAsync)", "200 waiting continuations of async Page.WaitAsync", "complete the task they wait for, or give the wait a timeout or a cancellation token", "Unknown" },
        { "registrations", "… → CancellationTokenSource (Page)", "200 registrations of Page", "dispose what Register returns when the work ends", "Lasting" },
        { "registrations that are kept", "… → Host._stop → CancellationTokenSource (Page)", "200 registrations of Page", "dispose what Register returns when the work ends", "Lasting" },
        { "linked sources", "… → CancellationTokenSource (linked CancellationTokenSource)", "201 registrations of linked CancellationTokenSource", "dispose each linked CancellationTokenSource when its work ends: until then the one it is linked to holds it", "Lasting" },
        { "timers", "… → List<Timer> (Page)", "200 entries of Page", Remove, "Lasting" },
        { "chain", "… → Chained", "200 objects of Chained", Remove, "Lasting" },
        { "owner", "… → Library._pages → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "owner of two", "… → Catalogue (Page shared by _all and _byNumber)", "200 objects of Page", "remove what is no longer needed from each of them", "Lasting" },
        { "inherited event", "event LoudFeed.Changed (static Shop.s_shape) → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "field of callbacks", "… → Bell._ring → Action (Page.Turn)", "200 handlers of Page.Turn", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "static callbacks", "… → List<Delegate> (static methods)", "200 entries of static methods", Remove, "Lasting" },
        { "texts", "… → List<string>", "200 entries of string", Remove, "Lasting" },
        { "numbers", "… → List<long>", "1 entries", Remove, "Lasting" },
        { "buffers", "… → List<byte[]>", "200 entries of byte[]", Remove, "Lasting" },
        { "arrays of arrays", "… → Page[][]", "10 items of Page", Remove, "Lasting" },
        { "pairs", "… → List<(int, Page)>", "200 entries of Page", Remove, "Lasting" },
        { "lookup", "… → Lookup<int, Page>", "50 entries of Page", Remove, "Lasting" },
        { "own dictionary", "… → Index (Page)", "200 entries of Page", "bound it, e.g. BoundedCache<int, Page>", "Lasting" },
        { "entries that expire at a date", "… → List<Offer>", "200 entries of Offer", Remove, "Expiring" },
        { "entries that expire after a time", "… → List<Lease>", "200 entries of Lease", Remove, "Expiring" },
        { "entries that expire at a tick", "… → List<Ticket>", "200 entries of Ticket", Remove, "Expiring" },
        { "entries with a date", "… → List<Article>", "200 entries of Article", Remove, "Lasting" },
        { "entries with a source", "… → List<Job>", "200 entries of Job", Remove, "Expiring" },
        { "variable of a running method", "… → async ImportAsync (variable pages) → List<Page>", "200 entries of Page", Remove, "RunningWork" },
        { "variable of a service's loop", "… → async ExecuteAsync (variable pages) → List<Page>", "200 entries of Page", Remove, "Unknown" },
        { "loggers", "ILoggerFactory: LoggerFactory._loggers → ConcurrentDictionary<string, Logger>", "200 entries of string", "create loggers under a few fixed category names: the factory keeps each of them", "Lasting" },
        { "options", "OptionsCache<Library>._cache → ConcurrentDictionary<string, Lazy<Library>>", "200 entries of Library", "ask for options under a few fixed names, or remove those no longer needed: each name is kept", "Lasting" },
        { "disposables", "the service provider's list of disposables → Connection", "200 entries of Connection", "resolve them in a scope that is disposed: what a provider creates and can be disposed it keeps until its own end", "Unknown" },
        { "reload token", "reload token of IConfiguration → Page", "200 registrations of Page", "dispose what ChangeToken.OnChange or RegisterChangeCallback returns", "Lasting" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Suspect_RealObject_IsSaidInItsUsersWords(string shape, string name, string contents, string? nextStep, string kind)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_shape", Mirror.Of(RealShapes.All[shape]()));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(name, Plain(suspect.Name).Replace("static Shop.s_shape → ", "… → ", StringComparison.Ordinal));
        Assert.Equal(contents, $"{suspect.Count} {suspect.CountUnit}{(suspect.ElementTypeName is { } element ? " of " + Plain(element) : "")}");
        Assert.Equal(nextStep, suspect.NextStep is { } next ? Plain(next) : null);
        Assert.Equal(kind, suspect.HolderKind.ToString());
    }

    private static string Plain(string text) => text.Replace("RealShapes.", "", StringComparison.Ordinal).Replace("RealObjectsTests.", "", StringComparison.Ordinal);

    private static class Shop
    {
        private static readonly object? s_shape;
    }
}
