using Microsoft.EntityFrameworkCore;

namespace RetentionShapes;

/// <summary>What several structures of one owner share.</summary>
internal static class Crowds
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("shared-crowds", static (services, count) => services.GetRequiredService<Tracker2>().Track(count))
        {
            Right = ["DI singleton Tracker2", "Entity"],
        },
        new("ef-tracker", static (services, count) => services.GetRequiredService<ShopContext>().Keep(count))
        {
            Right = ["DI singleton ShopContext", "change tracker"],
            Wrong = ["_dbContextDependencies"],
            Next = "context",
        },
        new("captive-context", static (services, count) => services.GetRequiredService<OrderLedger>().Record(count))
        {
            Right = ["DI singleton OrderLedger._context", "ShopContext (change tracker)"],
            Wrong = ["_dbContextDependencies"],
            Next = "context",
        },
        new("two-statics", static (_, count) => Directory2.Add(count))
        {
            Right = ["static Directory2.s_byNumber|static Directory2.s_byTicket", "Ticket", "also held by"],
        },
        new("list-with-a-dictionary", static (_, count) => Mixed.Add(count))
        {
            Right = ["static Mixed.s_all", "List<object>", "Page"],
        },
        new("recent-order", static (_, count) => Recent.Shared.Add(count))
        {
            Right = ["static Recent.Shared → Recent", "Page"],
        },
    ];
}

internal sealed class Tracker2
{
    private readonly Dictionary<int, Entity> _byId = [];
    private readonly Dictionary<Entity, EntityInfo> _info = [];

    public void Track(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Entity entity = new();
            _byId[_byId.Count] = entity;
            _info[entity] = new EntityInfo(i);
        }
    }
}

internal static class Directory2
{
    private static readonly Dictionary<int, Ticket> s_byNumber = [];
    private static readonly Dictionary<Ticket, int> s_byTicket = [];

    public static void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Ticket ticket = new();
            s_byNumber.Add(s_byNumber.Count, ticket);
            s_byTicket.Add(ticket, i);
        }
    }
}

internal static class Mixed
{
    private static readonly List<object> s_all = [new Dictionary<int, Wine>()];

    public static void Add(int count)
    {
        Dictionary<int, Wine> wines = (Dictionary<int, Wine>)s_all[0];
        for (int i = 0; i < count; i++)
        {
            if (i % 3 == 0)
            {
                wines.Add(wines.Count, new Wine());
            }
            else
            {
                s_all.Add(new Page());
            }
        }
    }
}

internal sealed class Recent
{
    private readonly Dictionary<int, LinkedListNode<Page>> _nodes = [];
    private readonly LinkedList<Page> _order = new();

    public static Recent Shared { get; } = new();

    public void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _nodes.Add(_nodes.Count, _order.AddLast(new Page()));
        }
    }
}

internal sealed class OrderLedger(DbContextOptions<ShopContext> options)
{
    private readonly ShopContext _context = new(options);

    public void Record(int count) => _context.Keep(count);
}

internal sealed class Row
{
    public int Id { get; set; }

    public byte[] Photo { get; set; } = new byte[900];
}

internal sealed class ShopContext(DbContextOptions<ShopContext> options) : DbContext(options)
{
    private int _next;

    public DbSet<Row> Rows => Set<Row>();

    public void Keep(int count)
    {
        for (int i = 0; i < count; i++)
        {
            Rows.Attach(new Row { Id = ++_next });
        }
    }
}
