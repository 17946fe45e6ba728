using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace RetentionShapes;

/// <summary>Services as a container makes them, and what is kept around them.</summary>
internal static class Services
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("factory-singleton", static services => services.GetRequiredService<IStockBook>().Put(new Page()), "StockBook._rows"),
        Shape.Each("decorated-service", static services => services.GetRequiredService<IPrices>().Put(new Page()), "PriceStore._prices"),
        Shape.Each("one-of-several", static services => services.GetServices<IRule>().OfType<SecondRule>().First().Put(new Page()), "SecondRule._matches"),
        Shape.Each("instance-singleton", static services => services.GetRequiredService<Blacklist>().Put(new Page()), "DI singleton Blacklist._words"),
        Shape.Each("static-instance", static _ => Hub2.Current.Put(new Page()), "static Hub2.Current", "_rooms"),
        Shape.Each("nested-private-class", static _ => Hub2.Cache.Put(new Wine()), "Hub2.Cache.s_wines"),
        Shape.Each("cache-entry-list", static services => Basket2(services).Add2(new Page()), "IMemoryCache|MemoryCache", "Page"),
        Shape.Each("rented-leases", static services => services.GetRequiredService<Uploads>().Begin(), "DI singleton Uploads._running"),
        Shape.Each("state-by-user", static services => services.GetRequiredService<ChatService>().Say(), "DI singleton ChatService._history", "List<Reply>|ConcurrentDictionary<int, List<Reply>>"),
        Shape.Each("interface-field", static services => services.GetRequiredService<Report2>().Put(new Page()), "DI singleton Report2.sink", "ListSink._lines"),
    ];

    private static List<Page> Basket2(IServiceProvider services) => services.GetRequiredService<IMemoryCache>().GetOrCreate("basket", static _ => new List<Page>())!;

    private static Page Add2(this List<Page> pages, Page page)
    {
        pages.Add(page);
        return page;
    }
}

internal interface IStockBook
{
    Page Put(Page page);
}

internal sealed class StockBook : IStockBook
{
    private readonly List<Page> _rows = [];

    public Page Put(Page page)
    {
        _rows.Add(page);
        return page;
    }
}

internal interface IPrices
{
    Page Put(Page page);
}

internal sealed class PriceStore : IPrices
{
    private readonly Dictionary<int, Page> _prices = [];

    public Page Put(Page page) => _prices[_prices.Count] = page;
}

internal sealed class LoggedPrices(IPrices inner) : IPrices
{
    private int _calls;

    public Page Put(Page page)
    {
        _calls++;
        return inner.Put(page);
    }

    public override string ToString() => $"{_calls} calls";
}

internal interface IRule;

internal sealed class FirstRule : IRule
{
    private readonly List<Page> _matches = [];

    public int Count => _matches.Count;
}

internal sealed class SecondRule : IRule
{
    private readonly List<Page> _matches = [];

    public Page Put(Page page)
    {
        _matches.Add(page);
        return page;
    }
}

internal sealed class Blacklist
{
    private readonly HashSet<Page> _words = [];

    public Page Put(Page page)
    {
        _words.Add(page);
        return page;
    }
}

internal sealed class Hub2
{
    private readonly SortedList<int, Page> _rooms = [];

    public static Hub2 Current { get; } = new();

    public Page Put(Page page)
    {
        _rooms.Add(_rooms.Count, page);
        return page;
    }

    internal static class Cache
    {
        private static readonly Stack<Wine> s_wines = new();

        public static Wine Put(Wine wine)
        {
            s_wines.Push(wine);
            return wine;
        }
    }
}

internal sealed class Uploads
{
    private readonly ConcurrentDictionary<Guid, (DateTime Begun, MemoryStream Body)> _running = new();

    public MemoryStream Begin()
    {
        MemoryStream body = new(900);
        _running.TryAdd(Guid.NewGuid(), (DateTime.UtcNow, body));
        return body;
    }
}

internal sealed class ChatService
{
    private readonly ConcurrentDictionary<int, List<Reply>> _history = new();
    private int _next;

    public Reply Say()
    {
        Reply reply = new();
        _history.GetOrAdd(_next++ % 7, static _ => []).Add(reply);
        return reply;
    }
}

internal interface ISink
{
    void Write(Page page);
}

internal sealed class ListSink : ISink
{
    private readonly LinkedList<Page> _lines = new();

    public void Write(Page page) => _lines.AddLast(page);
}

internal sealed class Report2(ISink sink)
{
    public Page Put(Page page)
    {
        sink.Write(page);
        return page;
    }
}
