using System.Collections.Concurrent;
using System.Collections.Frozen;
using System.Diagnostics;
using System.IO.Pipelines;
using System.Threading.RateLimiting;

namespace RetentionShapes;

/// <summary>Graphs, chains, and what the framework wraps around a value.</summary>
internal static class Chains
{
    private static readonly ThreadLocal<List<Page>> s_perThread = new(static () => [], trackAllValues: true);
    private static readonly AsyncLocal<AuditTrail?> s_trail = new();
    private static readonly List<WeakReference<Page>> s_weak = [];
    private static readonly Pipe s_pipe = new(new PipeOptions(pauseWriterThreshold: 0));
    private static readonly ConcurrentDictionary<string, SocketsHttpHandler> s_handlers = new();
    private static readonly Lock s_sync = new();
    private static FrozenDictionary<int, Ticket> _frozen = FrozenDictionary<int, Ticket>.Empty;
    private static Func<int> _total = static () => 0;
    private static Activity? _last;

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("tracked-thread-locals", static _ => Keep(new Page()), "static Chains.s_perThread → ThreadLocal<List<Page>>"),
        Shape.Each("async-local-chain", static _ => s_trail.Value = new AuditTrail(s_trail.Value), "async local static Chains.s_trail", "AuditTrail") with { Next = "null" },
        Shape.Each("async-local-of-many", static _ => RequestState.Search(), "async local static RequestState.s_search", "SearchTrail") with { Next = "null" },
        Shape.Each("activity-chain", static _ => _last = Child(), "static Chains._last|Activity"),
        Shape.Each("weak-references", static _ => Weak(), "static Chains.s_weak → List<WeakReference<Page>>"),
        Shape.Each("unread-pipe", static _ => Write(), "static Chains.s_pipe → Pipe") with { Next = "PauseWriterThreshold" },
        Shape.Each("frozen-dictionary", static _ => Freeze(), "static Chains._frozen → FrozenDictionary<int, Ticket>") with { Count = 300 },
        Shape.Each("delegate-chain", static _ => Stack(new byte[900]), "static Chains._total", "closure created in Chains.Stack"),
        Shape.Each("handler-per-host", static _ => Handler(), "static Chains.s_handlers → ConcurrentDictionary<string, SocketsHttpHandler>") with { Count = 500 },
        Shape.Each("rate-limit-partitions", static _ => PerCaller.Limiter.AttemptAcquire(Guid.NewGuid().ToString()), "static PerCaller.Limiter", "RateLimiter") with { Wrong = ["timers"] },
        Shape.Each("graph-of-users", static _ => Forum.Post(), "static Forum.s_root → Topic"),
        Shape.Each("tree-of-one-class", static _ => MenuTree.Grow(), "static MenuTree.s_root"),
        Shape.Each("value-type-static", static _ => Counters.Put(new Seat2()), "static Counters._slots"),
        Shape.Each("keyed-by-type", static _ => Plugins.Register(), "static Plugins.s_byType"),
        Shape.Each("exceptions", static _ => Errors.Log(), "static Errors._last → ConcurrentQueue<Exception>"),
    ];

    private static Page Keep(Page page)
    {
        s_perThread.Value!.Add(page);
        return page;
    }

    // Started and never stopped: each is the parent of the next.
    private static Activity Child()
    {
        Activity activity = new("order");
        if (_last is not null)
        {
            Activity.Current = _last;
        }

        activity.AddTag("customer", new string('c', 300));
        activity.Start();
        Activity.Current = null;
        return activity;
    }

    private static WeakReference<Page> Weak()
    {
        WeakReference<Page> reference = new(new Page());
        s_weak.Add(reference);
        return reference;
    }

    private static Pipe Write()
    {
        s_pipe.Writer.WriteAsync(new byte[900]).AsTask().GetAwaiter().GetResult();
        return s_pipe;
    }

    private static FrozenDictionary<int, Ticket> Freeze() => _frozen = _frozen.Append(new KeyValuePair<int, Ticket>(_frozen.Count, new Ticket())).ToFrozenDictionary();

    private static byte[] Stack(byte[] part)
    {
        Func<int> before = _total;
        _total = () => part.Length + before();
        return part;
    }

    private static SocketsHttpHandler Handler()
    {
        SocketsHttpHandler handler = new() { PooledConnectionLifetime = TimeSpan.FromDays(1) };
        lock (s_sync)
        {
            s_handlers[$"host-{s_handlers.Count}"] = handler;
        }

        return handler;
    }
}

internal sealed class AuditTrail(AuditTrail? before)
{
    private readonly byte[] _entry = new byte[900];

    public AuditTrail? Before => before;

    public int Length => _entry.Length;
}

internal static class RequestState
{
    private static readonly AsyncLocal<string?> s_user = new();
    private static readonly AsyncLocal<string?> s_tenant = new();
    private static readonly AsyncLocal<string?> s_culture = new();
    private static readonly AsyncLocal<Version?> s_version = new();
    private static readonly AsyncLocal<Uri?> s_origin = new();
    private static readonly AsyncLocal<SearchTrail?> s_search = new();

    public static SearchTrail Search()
    {
        s_user.Value = "ada";
        s_tenant.Value = "north";
        s_culture.Value = "en";
        s_version.Value = new Version(2, 1);
        s_origin.Value = new Uri("https://shop.test/");
        return s_search.Value = new SearchTrail(s_search.Value);
    }
}

internal sealed class SearchTrail(SearchTrail? before)
{
    private readonly byte[] _query = new byte[900];

    public SearchTrail? Before => before;

    public int Length => _query.Length;
}

internal static class PerCaller
{
    public static PartitionedRateLimiter<string> Limiter { get; } = PartitionedRateLimiter.Create<string, string>(static caller =>
        RateLimitPartition.GetFixedWindowLimiter(caller, static _ => new FixedWindowRateLimiterOptions { PermitLimit = 10, Window = TimeSpan.FromHours(1) }));
}

internal sealed class Topic
{
    private readonly List<Post> _posts = [];

    public Post Add()
    {
        Post post = new(this);
        _posts.Add(post);
        return post;
    }
}

internal sealed class Post(Topic topic)
{
    private readonly byte[] _text = new byte[900];

    public Topic Topic => topic;

    public int Length => _text.Length;
}

internal static class Forum
{
    private static readonly Topic s_root = new();

    public static Post Post() => s_root.Add();
}

internal sealed class MenuItem
{
    private readonly byte[] _icon = new byte[900];

    public List<MenuItem> Items { get; } = [];

    public int Length => _icon.Length;
}

internal static class MenuTree
{
    private static readonly MenuItem s_root = new();
    private static readonly Queue<MenuItem> s_open = new([s_root]);

    public static MenuItem Grow()
    {
        MenuItem item = new();
        s_open.Peek().Items.Add(item);
        if (s_open.Peek().Items.Count == 10)
        {
            s_open.Dequeue();
        }

        s_open.Enqueue(item);
        return item;
    }
}

internal struct Slot2
{
    public List<Seat2> Seats;
    public int Count;
}

internal static class Counters
{
    private static Slot2 _slots;

    public static Seat2 Put(Seat2 seat)
    {
        (_slots.Seats ??= []).Add(seat);
        _slots.Count++;
        return seat;
    }
}

internal static class Plugins
{
    private static readonly Dictionary<Type, Dictionary<string, Func<Page>>> s_byType = [];

    public static Page Register()
    {
        Page page = new();
        if (!s_byType.TryGetValue(typeof(Page), out Dictionary<string, Func<Page>>? makers))
        {
            s_byType.Add(typeof(Page), makers = []);
        }

        makers.Add(Guid.NewGuid().ToString(), () => page);
        return page;
    }
}

internal static class Errors
{
    private static readonly ConcurrentQueue<Exception> _last = new();

    public static Exception Log()
    {
        try
        {
            throw new InvalidOperationException(new string('e', 300));
        }
        catch (InvalidOperationException error)
        {
            error.Data["request"] = new byte[600];
            _last.Enqueue(error);
            return error;
        }
    }
}
