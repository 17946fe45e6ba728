using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Collections.ObjectModel;
using System.Text;
using System.Threading.Channels;

namespace RetentionShapes;

/// <summary>Collections of every kind, and what is built around them.</summary>
internal static class Collections
{
    private static readonly ConcurrentBag<Page> s_bag = [];
    private static readonly ConcurrentQueue<Page> s_queue = new();
    private static readonly SortedDictionary<int, Page> s_sorted = [];
    private static readonly LinkedList<Page> s_linked = new();
    private static readonly HashSet<Page> s_set = [];
    private static readonly PriorityQueue<Page, int> s_priority = new();
    private static readonly BlockingCollection<Page> s_blocking = [];
    private static readonly Channel<Page> s_channel = Channel.CreateUnbounded<Page>();
    private static readonly Dictionary<string, List<Page>> s_byCity = [];
    private static readonly StringBuilder s_log = new();
    private static readonly MemoryStream s_stream = new();
    private static readonly Orders s_orders = [];
    private static readonly OwnList s_own = [];
    private static readonly List<Action> s_callbacks = [];
    private static readonly Lazy<List<Page>> s_lazy = new(static () => []);
    private static ImmutableDictionary<int, Page> _immutable = ImmutableDictionary<int, Page>.Empty;
    private static ImmutableList<Page> _immutableList = [];
    private static Link? _chain;

    public static IReadOnlyList<Shape> All { get; } =
    [
        Of("concurrent-bag", static () => s_bag.Add(new Page()), "Collections.s_bag → ConcurrentBag<Page>"),
        Of("concurrent-queue", static () => s_queue.Enqueue(new Page()), "Collections.s_queue → ConcurrentQueue<Page>"),
        Of("sorted-dictionary", static () => s_sorted.Add(s_sorted.Count, new Page()), "Collections.s_sorted → SortedDictionary<int, Page>"),
        Of("linked-list", static () => s_linked.AddLast(new Page()), "Collections.s_linked → LinkedList"),
        Of("hash-set", static () => s_set.Add(new Page()), "Collections.s_set → HashSet<Page>"),
        Of("priority-queue", static () => s_priority.Enqueue(new Page(), 1), "Collections.s_priority → PriorityQueue<Page, int>"),
        Of("blocking-collection", static () => s_blocking.Add(new Page()), "Collections.s_blocking → BlockingCollection<Page>"),
        Of("channel", static () => s_channel.Writer.TryWrite(new Page()), "Collections.s_channel", "Page"),
        Of("list-in-a-dictionary", static () => Many("Rome").Add(new Page()), "Collections.s_byCity → Dictionary<string, List<Page>> → List<Page>"),
        Of("lists-in-a-dictionary", static () => Many("city " + (s_byCity.Count % 400)).Add(new Page()), "Collections.s_byCity → Dictionary<string, List<Page>>"),
        Of("text", static () => s_log.Append('x', 500), "Collections.s_log → StringBuilder"),
        Of("stream", static () => s_stream.Write(new byte[1000]), "Collections.s_stream → MemoryStream"),
        Of("own-collection", static () => s_orders.Add(new Page()), "Collections.s_orders → Orders"),
        Of("own-list", static () => s_own.Add(new Page()), "Collections.s_own → OwnList"),
        Of("callbacks", static () => Remember(new Page()), "Collections.s_callbacks → List<Action>", "closure created in Collections.Remember"),
        Of("lazy", static () => s_lazy.Value.Add(new Page()), "Collections.s_lazy → Lazy<List<Page>>"),
        Of("immutable-dictionary", static () => _immutable = _immutable.Add(_immutable.Count, new Page()), "Collections._immutable → ImmutableDictionary<int, Page>"),
        Of("immutable-list", static () => _immutableList = _immutableList.Add(new Page()), "Collections._immutableList → ImmutableList<Page>"),
        Of("own-chain", static () => _chain = new Link(_chain), "Collections._chain", "Link"),
        new("singleton-event", static (services, count) =>
        {
            Board board = services.GetRequiredService<Board>();
            for (int i = 0; i < count; i++)
            {
                board.Changed += new Listener().OnChanged;
            }
        })
        {
            Right = ["event Board.Changed (DI singleton) → Listener.OnChanged"],
            Next = "unsubscribe",
        },
        new("two-lists-of-one-class", static (services, count) => services.GetRequiredService<Board>().Add(count))
        {
            Right = ["DI singleton Board", "_open"],
        },
    ];

    private static List<Page> Many(string city)
    {
        if (!s_byCity.TryGetValue(city, out List<Page>? pages))
        {
            pages = [];
            s_byCity.Add(city, pages);
        }

        return pages;
    }

    private static void Remember(Page page) => s_callbacks.Add(() => GC.KeepAlive(page));

    private static Shape Of(string name, Action add, params string[] right) => new(name, (_, count) =>
    {
        for (int i = 0; i < count; i++)
        {
            add();
        }
    })
    {
        Right = right,
    };

    private sealed class Link(Link? next)
    {
        private readonly byte[] _data = new byte[900];

        public Link? Next => next;

        public int Length => _data.Length;
    }
}

internal sealed class Orders : Collection<Page>;

internal sealed class OwnList : List<Page>;

internal sealed class Listener
{
    private readonly byte[] _state = new byte[900];

    public void OnChanged(object? sender, EventArgs args) => GC.KeepAlive(_state);
}

internal sealed class Board
{
    private readonly List<Page> _done = [];
    private readonly List<Page> _open = [];

    public event EventHandler? Changed;

    public void Raise() => Changed?.Invoke(this, EventArgs.Empty);

    public void Add(int count)
    {
        while (_done.Count < 6000)
        {
            _done.Add(new Page());
        }

        for (int i = 0; i < count; i++)
        {
            _open.Add(new Page());
        }
    }
}
