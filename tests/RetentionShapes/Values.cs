using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Runtime.CompilerServices;

namespace RetentionShapes;

/// <summary>What holds memory by value: structs, tuples, arrays, and fields with names that a compiler has made.</summary>
internal static class Values
{
    private static readonly Dictionary<int, Quote> s_quotes = [];
    private static readonly ImmutableArray<Ticket>.Builder s_builder = ImmutableArray.CreateBuilder<Ticket>();
    private static readonly List<Chunk> s_chunks = [];
    private static readonly Dictionary<string, Dictionary<int, List<Reply>>> s_index = [];
    private static readonly ConcurrentDictionary<int, Lazy<Page>> s_lazy = new();
    private static readonly ConcurrentDictionary<string, string> s_names = new();
    private static readonly List<byte[]> s_rented = [];
    private static ImmutableArray<Wine> _wines = [];
    private static Entity[] _entities = [];

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("struct-values", static _ => s_quotes[s_quotes.Count] = new Quote(new byte[900], 1), "static Values.s_quotes → Dictionary<int, Quote>"),
        Shape.Each("array-builder", static _ => Add(s_builder, new Ticket()), "static Values.s_builder → ImmutableArray<Ticket>.Builder"),
        Shape.Each("immutable-array", static _ => _wines = _wines.Add(new Wine()), "static Values._wines") with { Count = 2000 },
        Shape.Each("array-resize", static _ => Grow(), "static Values._entities → Entity[]") with { Count = 2000 },
        Shape.Each("memory-of-arrays", static _ => Add(s_chunks, new Chunk(new byte[900])), "static Values.s_chunks → List<Chunk>"),
        Shape.Each("nested-dictionaries", static _ => Index(), "static Values.s_index → Dictionary<string, Dictionary<int, List<Reply>>>"),
        Shape.Each("lazy-values", static _ => s_lazy.GetOrAdd(s_lazy.Count, static _ => new Lazy<Page>(static () => new Page())).Value, "static Values.s_lazy → ConcurrentDictionary<int, Lazy<Page>>"),
        Shape.Each("string-pool", static _ => s_names.GetOrAdd(new string('n', 300) + Guid.NewGuid(), static name => name), "static Values.s_names → ConcurrentDictionary<string, string>"),
        Shape.Each("rented-arrays", static _ => Add(s_rented, System.Buffers.ArrayPool<byte>.Shared.Rent(1000)), "static Values.s_rented → List<byte[]>"),
        Shape.Each("tuple-field", static services => services.GetRequiredService<Desk>().Put(), "DI singleton Desk", "_pages"),
        Shape.Each("inline-array", static services => services.GetRequiredService<Rack>().Put(), "DI singleton Rack", "_slots"),
        Shape.Each("base-class-field", static services => services.GetRequiredService<WineStore>().Put(new Wine()), "DI singleton WineStore", "_items"),
        Shape.Each("generic-base-class", static services => services.GetRequiredService<IDocs>().Put(new Page()), "DI singleton IDocs: Docs", "_cache"),
        Shape.Each("explicit-property", static services => Fill(services.GetRequiredService<PaperBasket>()), "DI singleton PaperBasket.IBasket.Lines"),
        Shape.Each("captured-parameter", static services => services.GetRequiredService<Letterbox>().Put(), "DI singleton Letterbox", "letters") with { Wrong = ["<letters>P"] },
        Shape.Each("nested-generic-static", static _ => By<int>.Of<Reply>.Put(new Reply()), "By<int>.Of<Reply>.s_map"),
        Shape.Each("generic-thread-static", static _ => Scratch<Seat2>.Put(new Seat2()), "Scratch<Seat2>._items"),
        Shape.Each("memoized-delegate", static _ => Memo.Next(), "static Memo.s_byNumber", "Memo.Cached"),
        Shape.Each("weak-table-of-kept-keys", static _ => Tabs.Open(), "static Tabs.s_open|static Tabs.s_states", "Tab"),
    ];

    private static T Add<T>(ICollection<T> list, T item)
    {
        list.Add(item);
        return item;
    }

    private static T Add<T>(ImmutableArray<T>.Builder list, T item)
    {
        list.Add(item);
        return item;
    }

    private static Entity Grow()
    {
        Array.Resize(ref _entities, _entities.Length + 1);
        return _entities[^1] = new Entity();
    }

    private static Reply Index()
    {
        Reply reply = new();
        int next = s_index.Sum(static city => city.Value.Count);
        string city = $"city {next % 20}";
        if (!s_index.TryGetValue(city, out Dictionary<int, List<Reply>>? days))
        {
            s_index.Add(city, days = []);
        }

        days.Add(days.Count, [reply]);
        return reply;
    }

    private static Page Fill(IBasket basket)
    {
        Page page = new();
        basket.Lines.Add(page);
        return page;
    }
}

internal readonly record struct Quote(byte[] Data, int Day);

internal sealed record Chunk(ReadOnlyMemory<byte> Data);

internal sealed class Seat2
{
    private readonly byte[] _plan = new byte[900];

    public int Length => _plan.Length;
}

internal sealed class Desk
{
    private (List<Page> Open, List<Wine> Closed) _pages = ([], []);

    public int Closed => _pages.Closed.Count;

    public Page Put()
    {
        Page page = new();
        _pages.Open.Add(page);
        return page;
    }

    public void Clear() => _pages = ([], []);
}

[InlineArray(4)]
internal struct Slots
{
    private List<Page>? _first;

    public List<Page> Get(int slot) => this[slot] ??= [];

    public readonly bool IsEmpty => _first is null;
}

internal sealed class Rack
{
    private Slots _slots;
    private int _next;

    public bool IsEmpty => _slots.IsEmpty;

    public Page Put()
    {
        Page page = new();
        _slots.Get(_next++ % 4).Add(page);
        return page;
    }
}

internal abstract class Store
{
    private readonly List<Wine> _items = [];

    public Wine Put(Wine wine)
    {
        _items.Add(wine);
        return wine;
    }
}

internal sealed class WineStore : Store;

internal interface IDocs
{
    Page Put(Page page);
}

internal abstract class CachedRepository<T>
{
    private readonly Dictionary<int, T> _cache = [];

    public T Put(T item) => _cache[_cache.Count] = item;
}

internal sealed class Docs : CachedRepository<Page>, IDocs;

internal interface IBasket
{
    List<Page> Lines { get; }
}

internal sealed class PaperBasket : IBasket
{
    List<Page> IBasket.Lines { get; } = [];
}

internal sealed class Letterbox(List<Reply> letters)
{
    public Reply Put()
    {
        Reply reply = new();
        letters.Add(reply);
        return reply;
    }
}

internal static class By<TKey>
    where TKey : notnull
{
    internal static class Of<T>
    {
        private static readonly Dictionary<string, (TKey? Key, T Value)> s_map = [];

        public static T Put(T item)
        {
            s_map.Add(s_map.Count.ToString(System.Globalization.CultureInfo.InvariantCulture), (default, item));
            return item;
        }
    }
}

internal static class Scratch<T>
{
    [ThreadStatic]
    private static List<T>? _items;

    public static T Put(T item)
    {
        (_items ??= []).Add(item);
        return item;
    }
}

internal static class Memo
{
    private static readonly Func<int, Page> s_byNumber = Cached<Page>(static _ => new Page());
    private static int _next;

    public static Page Next() => s_byNumber(_next++);

    private static Func<int, T> Cached<T>(Func<int, T> make)
    {
        Dictionary<int, T> known = [];
        return number => known.TryGetValue(number, out T? value) ? value : known[number] = make(number);
    }
}

internal sealed class Tab
{
    public object? Opener { get; set; }
}

internal sealed class TabState
{
    private readonly byte[] _form = new byte[900];

    public int Length => _form.Length;
}

internal static class Tabs
{
    private static readonly List<Tab> s_open = [];
    private static readonly ConditionalWeakTable<Tab, TabState> s_states = [];

    public static Tab Open()
    {
        Tab tab = new();
        s_open.Add(tab);
        s_states.Add(tab, new TabState());
        return tab;
    }
}
