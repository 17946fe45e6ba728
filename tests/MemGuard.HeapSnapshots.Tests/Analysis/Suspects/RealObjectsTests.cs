using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Text;
using System.Threading.Channels;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Configuration;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Real objects hang under a static field: what is said of the place in which their pages pile up.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class RealObjectsTests
{
    private const int Pages = 200;
    private const string Remove = "remove what is no longer needed, or bound it";

    private static readonly Dictionary<string, Func<object>> Shapes = new()
    {
        ["array"] = static () => Many().ToArray(),
        ["list"] = static () => Many().ToList(),
        ["list in a list"] = static () => new List<List<Page>> { Many().ToList(), new() { new Page() } },
        ["lists by name"] = static () => Enumerable.Range(0, 20).ToDictionary(static i => $"{i}", static _ => Many().Take(20).ToList()),
        ["list by name"] = static () => new Dictionary<string, List<Page>> { ["all"] = Many().ToList(), ["none"] = [] },
        ["dictionary"] = static () => Many().ToDictionary(static page => $"{page.Number}"),
        ["concurrent dictionary"] = static () => new ConcurrentDictionary<int, Page>(Many().Select(static page => KeyValuePair.Create(page.Number, page))),
        ["sorted dictionary"] = static () => new SortedDictionary<int, Page>(Many().ToDictionary(static page => page.Number)),
        ["sorted list"] = static () => new SortedList<int, Page>(Many().ToDictionary(static page => page.Number)),
        ["hash set"] = static () => Many().ToHashSet(),
        ["linked list"] = static () => new LinkedList<Page>(Many()),
        ["queue"] = static () => new Queue<Page>(Many()),
        ["stack"] = static () => new Stack<Page>(Many()),
        ["priority queue"] = static () => new PriorityQueue<Page, int>(Many().Select(static page => (page, page.Number))),
        ["concurrent queue"] = static () => new ConcurrentQueue<Page>(Many()),
        ["concurrent stack"] = static () => new ConcurrentStack<Page>(Many()),
        ["concurrent bag"] = static () => new ConcurrentBag<Page>(Many()),
        ["blocking collection"] = static () => new BlockingCollection<Page>(new ConcurrentQueue<Page>(Many())),
        ["channel"] = static () => Fill(Channel.CreateUnbounded<Page>()),
        ["bounded channel"] = static () => Fill(Channel.CreateBounded<Page>(1000)),
        ["immutable list"] = static () => Many().ToImmutableList(),
        ["immutable dictionary"] = static () => Many().ToImmutableDictionary(static page => page.Number),
        ["read-only collection"] = static () => new ReadOnlyCollection<Page>([.. Many()]),
        ["own collection"] = static () => new Book(Many().ToList()),
        ["own list"] = static () => FillOwn(new Shelf()),
        ["text"] = static () => new StringBuilder().Append('x', 50_000),
        ["stream"] = static () => new MemoryStream(new byte[100_000]),
        ["lazy"] = static () => Evaluate(new Lazy<List<Page>>(static () => Many().ToList())),
        ["completed task"] = static () => Task.FromResult(Many().ToList()),
        ["callbacks"] = static () => Many().Select(static page => new Action(page.Turn)).ToList(),
        ["closures"] = static () => Many().Select(static page => new Action(() => page.Number++)).ToList(),
        ["event"] = static () => Subscribe(new Feed(), 200),
        ["event of a collection"] = static () => Listen(new ObservableCollection<string>()),
        ["waiting tasks"] = static () => Wait(new TaskCompletionSource()),
        ["registrations"] = static () => Register(new CancellationTokenSource()),
        ["registrations that are kept"] = static () => new Host(Many()),
        ["linked sources"] = static () => Link(new CancellationTokenSource()),
        ["timers"] = static () => Many().Select(static page => new Timer(page.Tick, null, Timeout.Infinite, Timeout.Infinite)).ToList(),
        ["chain"] = static () => Many().Aggregate((Chained?)null, static (rest, page) => new Chained(page, rest))!,
        ["owner"] = static () => new Library(Many().ToList()),
        ["owner of two"] = static () => new Catalogue(Many().ToList()),
        ["inherited event"] = static () => Subscribe(new LoudFeed(), 200),
        ["field of callbacks"] = static () => new Bell(Many()),
        ["static callbacks"] = static () => Many().Select(static _ => Delegate.CreateDelegate(typeof(Action), typeof(RealObjectsTests), nameof(Ring))).ToList(),
        ["texts"] = static () => Many().Select(static page => "a long text of page number " + page.Number).ToList(),
        ["numbers"] = static () => new List<long>(new long[10_000]),
        ["buffers"] = static () => Many().Select(static _ => new byte[400]).ToList(),
        ["arrays of arrays"] = static () => Many().Chunk(20).ToArray(),
        ["pairs"] = static () => Many().Select(static page => (page.Number, page)).ToList(),
        ["lookup"] = static () => Many().ToLookup(static page => page.Number % 50),
        ["own dictionary"] = static () => FillOwn(new Index()),
        ["entries that expire at a date"] = static () => Many().Select(static page => new Offer(page, DateTime.UnixEpoch)).ToList(),
        ["entries that expire after a time"] = static () => Many().Select(static page => new Lease(page, TimeSpan.Zero)).ToList(),
        ["entries that expire at a tick"] = static () => Many().Select(static page => new Ticket(page, 0)).ToList(),
        ["entries with a date"] = static () => Many().Select(static page => new Article(page, DateTime.UnixEpoch)).ToList(),
        ["entries with a source"] = static () => Many().Select(static page => new Job(page, new CancellationTokenSource())).ToList(),
        ["variable of a running method"] = static () => ImportAsync(Many().ToList(), new TaskCompletionSource()),
        ["variable of a service's loop"] = static () => ExecuteAsync(Many().ToList(), new TaskCompletionSource()),
        ["loggers"] = static () => Name(LoggerFactory.Create(static _ => { })),
        ["options"] = static () => Configure(),
        ["disposables"] = static () => Resolve(),
        ["reload token"] = static () => Reload(),
    };

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
        { "event", "static event Shop.s_shape → Feed.Changed → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "event of a collection", "event ObservableCollection<string>.PropertyChanged (static Shop.s_shape) → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
        { "waiting tasks", "… → TaskCompletionSource (async Page.WaitAsync)", "200 waiting continuations of async Page.WaitAsync", "complete the task they wait for, or give the wait a timeout or a cancellation token", "Unknown" },
        { "registrations", "… → CancellationTokenSource (Page)", "200 registrations of Page", "dispose what Register returns when the work ends", "Lasting" },
        { "registrations that are kept", "… → Host._stop → CancellationTokenSource (Page)", "200 registrations of Page", "dispose what Register returns when the work ends", "Lasting" },
        { "linked sources", "… → CancellationTokenSource (linked CancellationTokenSource)", "201 registrations of linked CancellationTokenSource", "dispose each linked CancellationTokenSource when its work ends: until then the one it is linked to holds it", "Lasting" },
        { "timers", "… → List<Timer> (Page)", "200 entries of Page", Remove, "Lasting" },
        { "chain", "… → Chained", "200 objects of Chained", Remove, "Lasting" },
        { "owner", "… → Library._pages → List<Page>", "200 entries of Page", Remove, "Lasting" },
        { "owner of two", "… → Catalogue (Page shared by _all and _byNumber)", "200 objects of Page", "remove what is no longer needed from each of them", "Lasting" },
        { "inherited event", "static event Shop.s_shape → LoudFeed.Changed → Page.OnChanged", "200 handlers of Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent", "Lasting" },
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
        { "options", "OptionsCache<Library>._cache → OptionsMonitor<Library> → ConcurrentDictionary<string, Lazy<Library>>", "200 entries of Library", "ask for options under a few fixed names, or remove those no longer needed: each name is kept", "Lasting" },
        { "disposables", "the service provider's list of disposables → Connection", "200 entries of Connection", "resolve them in a scope that is disposed: what a provider creates and can be disposed it keeps until its own end", "Unknown" },
        { "reload token", "reload token of IConfiguration → Page", "200 registrations of Page", "dispose what ChangeToken.OnChange or RegisterChangeCallback returns", "Lasting" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Suspect_RealObject_IsSaidInItsUsersWords(string shape, string name, string contents, string? nextStep, string kind)
    {
        using HeapPicture heap = new();
        heap.Static(typeof(Shop), "s_shape", Mirror.Of(Shapes[shape]()));

        HeapDominator suspect = heap.Suspect();

        Assert.Equal(name, Plain(suspect.Name).Replace("static Shop.s_shape → ", "… → ", StringComparison.Ordinal));
        Assert.Equal(contents, $"{suspect.Count} {suspect.CountUnit}{(suspect.ElementTypeName is { } element ? " of " + Plain(element) : "")}");
        Assert.Equal(nextStep, suspect.NextStep is { } next ? Plain(next) : null);
        Assert.Equal(kind, suspect.HolderKind.ToString());
    }

    private static string Plain(string text) => text.Replace("RealObjectsTests.", "", StringComparison.Ordinal);

    private static IEnumerable<Page> Many() => Enumerable.Range(0, Pages).Select(static i => new Page { Number = i });

    private static Channel<Page> Fill(Channel<Page> channel)
    {
        Assert.All(Many(), page => Assert.True(channel.Writer.TryWrite(page)));
        return channel;
    }

    private static void Ring() => GC.KeepAlive(null);

    private static async Task ImportAsync(List<Page> pages, TaskCompletionSource done)
    {
        await done.Task.ConfigureAwait(false);
        pages.Clear();
    }

    private static async Task ExecuteAsync(List<Page> pages, TaskCompletionSource stopped)
    {
        await stopped.Task.ConfigureAwait(false);
        pages.Clear();
    }

    private static Index FillOwn(Index index)
    {
        foreach (Page page in Many())
        {
            index.Add(page.Number, page);
        }

        return index;
    }

    private static Shelf FillOwn(Shelf shelf)
    {
        shelf.AddRange(Many());
        return shelf;
    }

    private static Lazy<List<Page>> Evaluate(Lazy<List<Page>> lazy)
    {
        Assert.NotEmpty(lazy.Value);
        return lazy;
    }

    private static Feed Subscribe(Feed feed, int count)
    {
        foreach (Page page in Many().Take(count))
        {
            feed.Changed += page.OnChanged;
        }

        return feed;
    }

    private static ObservableCollection<string> Listen(ObservableCollection<string> rooms)
    {
        foreach (Page page in Many())
        {
            ((INotifyPropertyChanged)rooms).PropertyChanged += page.OnChanged;
        }

        return rooms;
    }

    private static TaskCompletionSource Wait(TaskCompletionSource opened)
    {
        foreach (Page page in Many())
        {
            _ = page.WaitAsync(opened.Task);
        }

        return opened;
    }

    private static CancellationTokenSource Register(CancellationTokenSource stop)
    {
        foreach (Page page in Many())
        {
            stop.Token.Register(page.Turn);
        }

        return stop;
    }

    private static CancellationTokenSource Link(CancellationTokenSource stop)
    {
        foreach (Page page in Many())
        {
            CancellationTokenSource.CreateLinkedTokenSource(stop.Token).Token.Register(page.Turn);
        }

        return stop;
    }

    private static ILoggerFactory Name(ILoggerFactory factory)
    {
        foreach (Page page in Many())
        {
            factory.CreateLogger("request " + page.Number);
        }

        return factory;
    }

    private static IOptionsMonitor<Library> Configure()
    {
        IOptionsMonitor<Library> options = new ServiceCollection().AddOptions().Configure<Library>(static _ => { }).BuildServiceProvider().GetRequiredService<IOptionsMonitor<Library>>();
        foreach (Page page in Many())
        {
            options.Get("tenant " + page.Number).Newest = page;
        }

        return options;
    }

    private static ServiceProvider Resolve()
    {
        ServiceProvider provider = new ServiceCollection().AddTransient<Connection>().BuildServiceProvider();
        foreach (Page page in Many())
        {
            provider.GetRequiredService<Connection>().Open(page);
        }

        return provider;
    }

    private static IConfigurationRoot Reload()
    {
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection().Build();
        foreach (Page page in Many())
        {
            configuration.GetReloadToken().RegisterChangeCallback(page.Tick, null);
        }

        return configuration;
    }

    private sealed class Page
    {
        private readonly byte[] _content = new byte[400];

        public int Number { get; set; }

        public void Turn() => _content[0]++;

        public void Tick(object? state) => Turn();

        public void OnChanged(object? sender, EventArgs args) => Turn();

        public async Task WaitAsync(Task opened)
        {
            await opened.ConfigureAwait(false);
            Turn();
        }
    }

    // Who registers gets a node of the source's list, from which all others can be reached.
    private sealed class Host
    {
        private readonly CancellationTokenSource _stop = new();
        private readonly List<CancellationTokenRegistration> _kept = [];

        public Host(IEnumerable<Page> pages) => _kept.AddRange(pages.Select(page => _stop.Token.Register(page.Turn)));
    }

    private sealed class Chained(Page page, Chained? rest)
    {
        private readonly Page _page = page;
        private readonly Chained? _rest = rest;
    }

    private sealed class Book(IList<Page> pages) : Collection<Page>(pages);

    private sealed class Shelf : List<Page>;

    private sealed class Index : Dictionary<int, Page>;

    private sealed class LoudFeed : Feed;

    private sealed class Bell
    {
        private readonly Action? _ring;

        public Bell(IEnumerable<Page> pages) => _ring = (Action)Delegate.Combine([.. pages.Select(static page => new Action(page.Turn))])!;
    }

    private sealed record Offer(Page Page, DateTime ExpiresAt);

    private sealed record Lease(Page Page, TimeSpan Expiry);

    private sealed record Ticket(Page Page, long ExpirationTick);

    private sealed record Article(Page Page, DateTime Written);

    private sealed record Job(Page Page, CancellationTokenSource Stop);

    private class Feed
    {
        public event EventHandler? Changed;

        public void Raise() => Changed?.Invoke(this, EventArgs.Empty);
    }

    private sealed class Library
    {
        private readonly List<Page>? _pages;

        public Library()
        {
        }

        public Library(List<Page> pages) => _pages = pages;

        public Page? Newest { get; set; }
    }

    private sealed class Catalogue(List<Page> pages)
    {
        private readonly List<Page> _all = pages;
        private readonly Dictionary<int, Page> _byNumber = pages.ToDictionary(static page => page.Number);
    }

    private sealed class Connection : IDisposable
    {
        private Page? _page;

        public void Open(Page page) => _page = page;

        public void Dispose() => _page = null;
    }

    private static class Shop
    {
        private static readonly object? s_shape;
    }
}
