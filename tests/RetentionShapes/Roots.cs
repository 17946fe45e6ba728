using System.Runtime.InteropServices;

namespace RetentionShapes;

/// <summary>Holders that are taken for a root of another kind.</summary>
internal static class Roots
{
    private static GCHandle _handle;

    public static IReadOnlyList<Shape> All { get; } =
    [
        new("not-the-singleton", static (services, count) =>
        {
            services.GetRequiredService<Pantry>().Add(0);
            Kitchen.Store(count);
        })
        {
            Right = ["static Kitchen.s_private → Pantry._stock"],
            Wrong = ["DI singleton"],
        },
        new("factory-interface", static (services, count) =>
        {
            services.GetRequiredService<IItem>();
            Yard.Stack(count);
        })
        {
            Right = ["static Yard.s_crate → Crate._pages"],
            Wrong = ["DI singleton"],
        },
        new("handle-array", static (_, count) => Hold(count))
        {
            Right = ["GC handle", "Ticket"],
            Wrong = ["static"],
            Next = "GCHandle",
        },
        new("handle-object", static (_, count) => HoldBasket(count))
        {
            Right = ["GC handle → Basket._pages"],
            Wrong = ["static"],
        },
        new("main-variable", static (services, count) => services.GetRequiredService<MainVariable>().Add(count))
        {
            Right = ["List<Wine>"],
            Wrong = ["host", "(variable app)", "DI singleton MainVariable"],
        },
        new("keyed-singleton", static (services, count) => services.GetRequiredKeyedService<Pantry>("cold").Add(count))
        {
            Right = ["DI singleton Pantry._stock"],
        },
        new("field-of-a-singleton", static (services, count) => services.GetRequiredService<Warehouse>().Store(count))
        {
            Right = ["DI singleton Warehouse", "Crate._pages"],
            Wrong = ["IItem"],
        },
        new("hosted-service", static (services, count) => services.GetServices<IHostedService>().OfType<Worker>().First().Store(count))
        {
            Right = ["hosted service Worker._done"],
        },
        new("thread-local", static (_, count) => PerThread.Add(count))
        {
            Right = ["PerThread.s_local", "Wine"],
        },
        new("plugin-singleton", static (services, count) => services.GetRequiredService<Repository<Wine>>().Add(count))
        {
            Right = ["DI singleton Repository<Wine>._all"],
        },
    ];

    private static GCHandle _basket;

    private static void HoldBasket(int count)
    {
        if (!_basket.IsAllocated)
        {
            _basket = GCHandle.Alloc(new Basket());
        }

        ((Basket)_basket.Target!).Add(count);
    }

    // Local to this call: only the handle keeps the list.
    private static void Hold(int count)
    {
        if (!_handle.IsAllocated)
        {
            Memory2<Ticket>.Touch();
            _handle = GCHandle.Alloc(new object[] { new List<Ticket>() });
        }

        List<Ticket> list = (List<Ticket>)((object[])_handle.Target!)[0];
        for (int i = 0; i < count; i++)
        {
            list.Add(new Ticket());
        }
    }
}

internal sealed class Basket
{
    private readonly List<Page> _pages = [];

    public void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _pages.Add(new Page());
        }
    }
}

internal sealed class Warehouse
{
    private readonly List<Page> _labels = [];
    private readonly Crate _crate = new();

    public int Count => _labels.Count;

    public void Store(int count) => _crate.Add(count);
}

internal sealed class Worker : BackgroundService
{
    private readonly List<Page> _done = [];

    public void Store(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _done.Add(new Page());
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
}

internal sealed class Repository<T>
    where T : new()
{
    private readonly Dictionary<int, T> _all = [];

    public void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _all.Add(_all.Count, new T());
        }
    }
}

internal static class PerThread
{
    private static readonly ThreadLocal<List<Wine>> s_local = new(static () => []);

    public static void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            s_local.Value!.Add(new Wine());
        }
    }
}

/// <summary>Fills a list that only a variable of Main holds.</summary>
internal sealed class MainVariable
{
    private readonly WeakReference<List<Wine>> _list = new(null!);

    public void Hand(List<Wine> list) => _list.SetTarget(list);

    public void Add(int count)
    {
        _list.TryGetTarget(out List<Wine>? list);
        for (int i = 0; i < count; i++)
        {
            list!.Add(new Wine());
        }
    }
}

internal sealed class Pantry
{
    private readonly List<Page> _stock = [];

    public void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _stock.Add(new Page());
        }
    }
}

internal static class Kitchen
{
    private static readonly Pantry s_private = new();

    public static void Store(int count) => s_private.Add(count);
}

internal interface IItem;

internal sealed class DefaultItem : IItem;

internal sealed class Crate : IItem
{
    private readonly List<Page> _pages = [];

    public void Add(int count)
    {
        for (int i = 0; i < count; i++)
        {
            _pages.Add(new Page());
        }
    }
}

internal static class Yard
{
    private static readonly Crate s_crate = new();

    public static void Stack(int count) => s_crate.Add(count);
}

internal static class Memory2<T>
{
    private static readonly List<T> s_seen = [];

    public static int Touch() => s_seen.Count;
}
