namespace RetentionShapes
{
    /// <summary>Holders that share a name with one that does not grow.</summary>
    internal static class Twins
    {
        public static IReadOnlyList<Shape> All { get; } =
        [
            new("twin-names", static (services, count) =>
            {
                services.GetRequiredService<Sales.Cache>().Fill(20_000);
                services.GetRequiredService<Stock.Cache>().Add(count);
            })
            {
                Right = ["Stock.Cache._items"],
                Wrong = ["Sales.Cache"],
            },
            new("same-static-name", static (_, count) =>
            {
                ShelfA.Fill(8000);
                ShelfB.Add(count);
            })
            {
                Right = ["ShelfB.s_items"],
            },
            new("twin-statics", static (_, count) =>
            {
                Sales.Registry.Fill(8000);
                Stock.Registry.Add(count);
            })
            {
                Right = ["Stock.Registry.s_pages"],
                Wrong = ["static Sales.Registry.s_pages →"],
            },
            new("twin-elements", static (_, count) =>
            {
                Cellar.Sold.Add(new Sales.Entry());
                for (int i = 0; i < count; i++)
                {
                    Cellar.Stored.Add(new Stock.Entry());
                }
            })
            {
                Right = ["static Cellar.Stored", "List<Stock.Entry>"],
            },
        ];
    }

    internal static class Cellar
    {
        public static List<Sales.Entry> Sold { get; } = [];

        public static List<Stock.Entry> Stored { get; } = [];
    }

    internal static class ShelfA
    {
        private static readonly List<Wine> s_items = [];

        public static void Fill(int count)
        {
            while (s_items.Count < count)
            {
                s_items.Add(new Wine());
            }
        }
    }

    internal static class ShelfB
    {
        private static readonly List<Wine> s_items = [];

        public static void Add(int count)
        {
            for (int i = 0; i < count; i++)
            {
                s_items.Add(new Wine());
            }
        }
    }
}

namespace Sales
{
    internal sealed class Entry
    {
        private readonly byte[] _data = new byte[900];

        public int Length => _data.Length;
    }

    internal static class Registry
    {
        private static readonly List<RetentionShapes.Page> s_pages = [];

        public static void Fill(int count)
        {
            while (s_pages.Count < count)
            {
                s_pages.Add(new RetentionShapes.Page());
            }
        }
    }

    internal sealed class Cache
    {
        private readonly List<RetentionShapes.Page> _items = [];

        public void Fill(int count)
        {
            while (_items.Count < count)
            {
                _items.Add(new RetentionShapes.Page());
            }
        }
    }
}

namespace Stock
{
    internal sealed class Entry
    {
        private readonly byte[] _data = new byte[900];

        public int Length => _data.Length;
    }

    internal static class Registry
    {
        private static readonly List<RetentionShapes.Page> s_pages = [];

        public static void Add(int count)
        {
            for (int i = 0; i < count; i++)
            {
                s_pages.Add(new RetentionShapes.Page());
            }
        }
    }

    internal sealed class Cache
    {
        private readonly List<RetentionShapes.Page> _items = [];

        public void Add(int count)
        {
            for (int i = 0; i < count; i++)
            {
                _items.Add(new RetentionShapes.Page());
            }
        }
    }
}
