using System.Runtime.CompilerServices;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Interleavings that chance seldom brings about, forced: the comparer acts while a reader stands on an entry.</summary>
public sealed class BoundedCacheInterleavingTests
{
    [Fact]
    public void TryGetValue_EntryUnderTheReaderIsRemoved_FindsTheRestOfItsChain()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, KeyComparer = comparer });
        cache.Set(1, 1);
        cache.Set(2, 2);
        cache.Set(3, 3);

        comparer.ActWhileStandingOn(2, () => cache.TryRemove(2));

        Assert.True(cache.TryGetValue(1, out int value) && value == 1);
        Assert.Equal(0, comparer.ActsLeft);
        Assert.False(cache.TryGetValue(2, out _));
    }

    [Fact]
    public void TryGetValue_SlotUnderTheReaderIsUsedByAnotherChain_FindsTheRestOfItsOwn()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, KeyComparer = comparer });
        cache.Set(1, 1);
        cache.Set(2, 2);

        // A negative key has another hash. It takes the slot that was freed last.
        comparer.ActWhileStandingOn(2, () =>
        {
            cache.TryRemove(2);
            cache.Set(-5, 5);
        });

        Assert.True(cache.TryGetValue(1, out int value) && value == 1);
        Assert.Equal(0, comparer.ActsLeft);
        Assert.True(cache.TryGetValue(-5, out value) && value == 5);
    }

    [Fact]
    public void TryGetValue_ValueUnderTheReaderIsReplaced_ReturnsTheNewOne()
    {
        ActingComparer comparer = new();
        BoundedCache<int, (long, long)> cache = new(new() { Capacity = 10, KeyComparer = comparer });
        cache.Set(1, (1, 1));

        comparer.ActWhileStandingOn(1, () => cache.Set(1, (2, 2)));

        Assert.True(cache.TryGetValue(1, out (long, long) value));
        Assert.Equal((2, 2), value);
        Assert.Equal(0, comparer.ActsLeft);
    }

    [Fact]
    public void TryGetValue_EntriesChangeAtEveryLook_LooksUnderTheLockInTheEnd()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 10, KeyComparer = comparer });
        cache.Set(1, 1);
        cache.Set(2, 2);

        // The first look and eight more; under the lock nothing can change any more.
        comparer.ActWhileStandingOn(2, () => cache.Set(2, 3), times: 9);

        Assert.True(cache.TryGetValue(1, out int value) && value == 1);
        Assert.Equal(0, comparer.ActsLeft);
    }

    [Fact]
    public void TryGetValue_TableGrowsUnderTheReader_FindsWhatWasThere()
    {
        ActingComparer comparer = new();
        BoundedCache<int, int> cache = new(new() { Capacity = 100, KeyComparer = comparer });
        for (int key = 0; key < 16; key++)
        {
            cache.Set(key, key);
        }

        comparer.ActWhileStandingOn(15, () => cache.Set(99, 99));

        Assert.True(cache.TryGetValue(0, out int value) && value == 0);
        Assert.Equal(0, comparer.ActsLeft);
        Assert.True(cache.TryGetValue(99, out _));
    }

    [Fact]
    public void TryGetValue_NeighboursComeAndGo_NeverMissesAPresentKey()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 16 });
        cache.Set(0, 7);
        bool hasMissed = false;
        bool hasEnded = false;
        ThreadTeam.Run(4, thread =>
        {
            if (thread < 2)
            {
                // Never full: nothing has to leave. Sixteen buckets: most chains are shared.
                for (int i = 0; i < 200_000; i++)
                {
                    int key = 1 + (i % 7) + (7 * thread);
                    cache.Set(key, key);
                    cache.TryRemove(key);
                }

                Volatile.Write(ref hasEnded, true);
                return;
            }

            while (!Volatile.Read(ref hasEnded))
            {
                // Set, never taken back: two threads write it.
                if (!cache.TryGetValue(0, out int value) || value != 7)
                {
                    Volatile.Write(ref hasMissed, true);
                }
            }
        });

        Assert.False(hasMissed);
    }

    [Fact]
    public void TryGetValue_KeysOfSeveralWords_AreNeverComparedHalfWritten()
    {
        BoundedCache<LongKey, int> cache = new(new() { Capacity = 8 });
        LongKey.HasSeenTorn = false;
        ThreadTeam.Run(4, thread =>
        {
            for (int i = 0; i < 300_000; i++)
            {
                LongKey key = new(i % 64);
                if (thread % 2 == 0)
                {
                    cache.Set(key, i % 64);
                }
                else if (cache.TryGetValue(key, out int value) && value != i % 64)
                {
                    LongKey.HasSeenTorn = true;
                }
            }
        });

        Assert.False(LongKey.HasSeenTorn);
    }

    [Fact]
    public void AllOperations_TableHasItsFullLength_AllocateNothing()
    {
        // Strings: code that is not yet optimized boxes numbers.
        BoundedCache<string, (long, long)> cache = new(new() { Capacity = 1000, TimeToLive = TimeSpan.FromMinutes(5) });
        string[] keys = [.. Enumerable.Range(0, 10_000).Select(static i => $"key {i}")];
        Work();
        long before = GC.GetAllocatedBytesForCurrentThread();
        Work();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Work()
        {
            for (int i = 1000; i < keys.Length; i++)
            {
                cache.Set(keys[i], (i, i));
                cache.Set(keys[i], (i, -i));
                cache.TryGetValue(keys[i - 500], out _);
                cache.TryRemove(keys[i - 900]);
                cache.GetOrAdd(keys[i - 950], static (key, addend) => (key.Length, addend), 3L);
            }
        }
    }

    [Fact]
    public void TryRemove_EveryEntryAfterMuchTraffic_NoValueIsRetained()
    {
        BoundedCache<int, object> cache = new(new() { Capacity = 200 });
        List<WeakReference> values = FillAndEmpty(cache);
        GC.Collect();

        Assert.Equal(200, values.Count);
        Assert.DoesNotContain(values, static value => value.IsAlive);
        GC.KeepAlive(cache);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> FillAndEmpty(BoundedCache<int, object> cache)
    {
        for (int i = 0; i < 5000; i++)
        {
            cache.Set(i, new object());
        }

        List<WeakReference> values = [];
        for (int i = 0; i < 5000; i++)
        {
            if (cache.TryRemove(i, out object? value))
            {
                values.Add(new WeakReference(value));
            }
        }

        return values;
    }

    /// <summary>Puts all keys from 0 on into one chain and all others into another; acts when a search compares with a certain key.</summary>
    private sealed class ActingComparer : IEqualityComparer<int>
    {
        private int _actOn;
        private Action? _act;

        public int ActsLeft { get; private set; }

        public void ActWhileStandingOn(int key, Action act, int times = 1)
        {
            _actOn = key;
            _act = act;
            ActsLeft = times;
        }

        public bool Equals(int x, int y)
        {
            if (ActsLeft > 0 && x == _actOn && _act is Action act)
            {
                // Not while acting: the action searches too.
                _act = null;
                act();
                ActsLeft--;
                _act = act;
            }

            return x == y;
        }

        public int GetHashCode(int obj) => obj < 0 ? 1 << 20 : 7;
    }

    /// <summary>A key whose equality notices that it is part of one key and part of another. Long, so that writing it takes its time.</summary>
    private readonly struct LongKey : IEquatable<LongKey>
    {
        private readonly Words _words;

        public LongKey(long value)
        {
            for (int i = 0; i < Words.Length; i++)
            {
                _words[i] = value;
            }
        }

        public static bool HasSeenTorn { get; set; }

        public bool Equals(LongKey other)
        {
            if (!IsWhole(this) || !IsWhole(other))
            {
                HasSeenTorn = true;
            }

            return _words[0] == other._words[0];
        }

        public override bool Equals(object? obj) => obj is LongKey other && Equals(other);

        // One hash for all: every walk compares.
        public override int GetHashCode() => 5;

        private static bool IsWhole(in LongKey key) => !((ReadOnlySpan<long>)key._words).ContainsAnyExcept(key._words[0]);
    }

    [InlineArray(Length)]
    private struct Words
    {
        public const int Length = 64;

        private long _first;
    }
}
