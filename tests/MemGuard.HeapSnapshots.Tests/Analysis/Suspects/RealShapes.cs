using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.ComponentModel;
using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Real objects, each with two hundred pages somewhere in it.</summary>
internal static class RealShapes
{
    private const int Pages = 200;

    /// <summary>Makes a shape by its name.</summary>
    public static IReadOnlyDictionary<string, Func<object>> All { get; } = new Dictionary<string, Func<object>>
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
        ["own list"] = static () => new Shelf(Many()),
        ["text"] = static () => new StringBuilder().Append('x', 50_000),
        ["stream"] = static () => new MemoryStream(new byte[100_000]),
        ["lazy"] = static () => new Lazy<List<Page>>(Many().ToList()),
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
        ["static callbacks"] = static () => Many().Select(static _ => Delegate.CreateDelegate(typeof(Action), typeof(RealShapes), nameof(Ring))).ToList(),
        ["texts"] = static () => Many().Select(static page => "a long text of page number " + page.Number).ToList(),
        ["numbers"] = static () => new List<long>(new long[10_000]),
        ["buffers"] = static () => Many().Select(static _ => new byte[400]).ToList(),
        ["arrays of arrays"] = static () => Many().Chunk(20).ToArray(),
        ["pairs"] = static () => Many().Select(static page => (page.Number, page)).ToList(),
        ["lookup"] = static () => Many().ToLookup(static page => page.Number % 50),
        ["own dictionary"] = static () => new Index(Many().ToDictionary(static page => page.Number)),
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

    private sealed class Shelf(IEnumerable<Page> pages) : List<Page>(pages);

    private sealed class Index(IDictionary<int, Page> pages) : Dictionary<int, Page>(pages);

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
}
