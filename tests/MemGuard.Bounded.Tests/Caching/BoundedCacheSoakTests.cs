using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Eight writers at once, and at the end a conservation law: what was added is present or left for a reason that was told.</summary>
public sealed class BoundedCacheSoakTests
{
    private const int Writers = 8;

    public static TheoryData<int, EvictionPolicy, bool, bool> Cases
    {
        get
        {
            TheoryData<int, EvictionPolicy, bool, bool> cases = [];
            foreach (int capacity in (int[])[7, 64, 1000, 10_000])
            {
                cases.Add(capacity, EvictionPolicy.Adaptive, false, false);
                cases.Add(capacity, EvictionPolicy.Adaptive, true, false);
                cases.Add(capacity, EvictionPolicy.Adaptive, false, true);
            }

            cases.Add(64, EvictionPolicy.LeastRecentlyUsed, true, true);
            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void AllOperations_EightWriters_BoundHoldsLedgerIsExactNoWrongValue(int capacity, EvictionPolicy policy, bool isTimed, bool isWeighted)
    {
        Ledger ledger = new();
        BoundedCache<int, Twins> cache = new(new()
        {
            Capacity = capacity,
            EvictionPolicy = policy,
            TimeToLive = isTimed ? TimeSpan.FromMilliseconds(20) : null,
            MaxWeight = isWeighted ? 4L * capacity : null,
            Weigher = isWeighted ? static (_, value) => (value.Left & 7) + 1 : null,
            EntryRemoved = ledger.Add,
        });

        ThreadTeam.Run(Writers, writer => Work(cache, ledger, writer, capacity));

        foreach (int key in Enumerable.Range(0, 4 * capacity))
        {
            cache.TryRemove(key);
        }
        BoundedCacheStatistics statistics = cache.GetStatistics();
        Assert.True(ledger.Ok, "A wrong or torn value, or a count above the capacity, was seen.");
        Assert.Equal(0, statistics.TotalCallbackErrors);
        Assert.Equal(statistics.TotalCapacityEvictions, ledger[EvictionReason.Capacity]);
        Assert.Equal(statistics.TotalWeightEvictions, ledger[EvictionReason.Weight]);
        Assert.Equal(statistics.TotalReplaced, ledger[EvictionReason.Replaced]);
        Assert.Equal(statistics.TotalRemoved, ledger[EvictionReason.Removed]);
        // The ticker may be telling of its last batch.
        Assert.True(SpinWait.SpinUntil(() => ledger[EvictionReason.Expired] == statistics.TotalExpired, TimeSpan.FromSeconds(30)));
        Assert.Equal(0, statistics.CurrentEntryCount);
        Assert.Equal(isWeighted ? 0 : null, statistics.CurrentWeight);
        Assert.Equal(
            statistics.TotalAdded,
            statistics.TotalCapacityEvictions + statistics.TotalWeightEvictions + statistics.TotalReplaced + statistics.TotalRemoved + statistics.TotalExpired);
    }

    [Fact]
    public void Capacity_ChangedWhileEightWrite_CountNeverRisesAboveItOnceLowered()
    {
        const int High = 5000;
        const int Low = 50;
        BoundedCache<int, Twins> cache = new(new() { Capacity = High });
        Ledger ledger = new();
        int changes = 0;
        int writing = Writers;
        ThreadTeam.Run(Writers + 2, thread =>
        {
            if (thread < Writers)
            {
                Work(cache, ledger, thread, High);
                Interlocked.Decrement(ref writing);
            }
            else if (thread == Writers)
            {
                ChangeCapacity();
            }
            else
            {
                WatchCount();
            }
        });

        Assert.True(ledger.Ok);

        void ChangeCapacity()
        {
            while (Volatile.Read(ref writing) > 0)
            {
                cache.Capacity = High;
                SpinWait.SpinUntil(() => cache.Count > 10 * Low || Volatile.Read(ref writing) == 0);
                Interlocked.Increment(ref changes);
                cache.Capacity = Low;
                for (int i = 0; i < 1000; i++)
                {
                    ledger.Check(cache.Count <= Low);
                }

                Interlocked.Increment(ref changes);
            }
        }

        void WatchCount()
        {
            while (Volatile.Read(ref writing) > 0)
            {
                int change = Volatile.Read(ref changes);
                bool isLow = cache.Capacity == Low;
                int count = cache.Count;
                int later = cache.Count;
                // What is read one after the other belongs together only if the capacity was lowered and not raised again meanwhile.
                bool isOneLowering = isLow && change % 2 == 1 && change == Volatile.Read(ref changes);
                ledger.Check(!isOneLowering || later <= Math.Max(count, Low));
            }
        }
    }

    [Fact]
    public void Set_PresentKeyAgainAndAgain_NoReaderEverMissesIt()
    {
        BoundedCache<int, Twins> cache = new(new() { Capacity = 100 });
        cache.Set(1, new Twins(1, 0));
        Ledger ledger = new();
        bool hasEnded = false;
        ThreadTeam.Run(3, thread =>
        {
            if (thread == 0)
            {
                for (int i = 0; i < 200_000; i++)
                {
                    cache.Set(1, new Twins(1, i));
                }

                Volatile.Write(ref hasEnded, true);
                return;
            }

            while (!Volatile.Read(ref hasEnded))
            {
                ledger.Check(cache.TryGetValue(1, out Twins found) && found.IsOf(1));
            }
        });

        Assert.True(ledger.Ok);
    }

    private static void Work(BoundedCache<int, Twins> cache, Ledger ledger, int writer, int capacity)
    {
        Random random = new(writer);
        long end = Environment.TickCount64 + (SoakLength.IsLong ? 30_000 : 0);
        int least = SoakLength.IsLong ? 0 : 20_000;
        for (int i = 0; i < least || Environment.TickCount64 < end; i++)
        {
            int key = random.Next(4 * capacity);
            int kind = random.Next(20);
            Twins value = new(key, (random.Next() << 3) | (key & 7));
            if (kind < 8)
            {
                cache.Set(key, value);
            }
            else if (kind < 16)
            {
                ledger.Check(!cache.TryGetValue(key, out Twins found) || found.IsOf(key));
            }
            else if (kind < 18)
            {
                ledger.Check(cache.GetOrAdd(key, static (_, created) => created, value).IsOf(key));
            }
            else if (kind < 19)
            {
                ledger.Check(!cache.TryRemove(key, out Twins removed) || removed.IsOf(key));
            }
            else
            {
                ledger.Check(cache.Count <= capacity);
            }
        }
    }

    /// <summary>Three words that belong together: a torn read shows.</summary>
    private readonly record struct Twins
    {
        public Twins(int key, long value)
        {
            Key = key;
            Left = value;
            Right = ~value;
        }

        public long Left { get; }

        public long Key { get; }

        public long Right { get; }

        public bool IsOf(int key) => Key == key && Left == ~Right;
    }

    private sealed class Ledger
    {
        private readonly long[] _left = new long[6];
        private volatile bool _isBroken;

        public bool Ok => !_isBroken;

        public long this[EvictionReason reason] => Interlocked.Read(ref _left[(int)reason]);

        public void Add(int key, Twins value, EvictionReason reason)
        {
            Check(value.IsOf(key));
            Interlocked.Increment(ref _left[(int)reason]);
        }

        public void Check(bool holds)
        {
            if (!holds)
            {
                _isBroken = true;
            }
        }
    }
}
