using System.Collections.Concurrent;
using MemGuard.Bounded.Tests.Support;
using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheLinearizabilityTests
{
    private const int Threads = 3;
    private const int CallsPerThread = 8;
    private const int KeyFactor = 1000;

    [Theory]
    [InlineData(EvictionPolicy.Adaptive, false)]
    [InlineData(EvictionPolicy.Adaptive, true)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed, false)]
    public void SetGetRemove_OneWordValues_ShortConcurrentHistoriesAreLinearizable(EvictionPolicy policy, bool isTimed) =>
        Check<int>(policy, isTimed, static value => value, static value => value);

    [Theory]
    [InlineData(EvictionPolicy.Adaptive, false)]
    [InlineData(EvictionPolicy.Adaptive, true)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed, false)]
    public void SetGetRemove_LargeValues_ShortConcurrentHistoriesAreLinearizable(EvictionPolicy policy, bool isTimed) =>
        Check<(long, long, long)>(policy, isTimed, static value => (value, value, value), static value => (int)value.Item2);

    [Fact]
    public void SetGetRemove_WeightedValues_ShortConcurrentHistoriesAreLinearizable() =>
        Check<int>(EvictionPolicy.Adaptive, isTimed: false, static value => value, static value => value, isWeighted: true);

    [Fact]
    public void SetGetRemove_WhileTheTableGrows_ShortConcurrentHistoriesAreLinearizable()
    {
        for (int round = 0; round < 300; round++)
        {
            BoundedCache<int, int> cache = new(new() { Capacity = 1000 });
            // 15 others: the history's keys make the table of 16 grow.
            for (int key = 100; key < 115; key++)
            {
                cache.Set(key, 0);
            }

            AssertLinearizable(cache, round, keys: 6, static value => value, static value => value);
        }
    }

    private static void Check<TValue>(
        EvictionPolicy policy, bool isTimed, Func<int, TValue> wrap, Func<TValue, int> unwrap, bool isWeighted = false)
    {
        BoundedCacheOptions<int, TValue> options = new()
        {
            Capacity = 64,
            EvictionPolicy = policy,
            TimeToLive = isTimed ? TimeSpan.FromHours(1) : null,
            MaxWeight = isWeighted ? 1000 : null,
            Weigher = isWeighted ? (_, value) => unwrap(value) % 7 : null,
        };
        for (int round = 0; round < 300; round++)
        {
            AssertLinearizable(new BoundedCache<int, TValue>(options), round, keys: 2, wrap, unwrap);
        }
    }

    private static void AssertLinearizable<TValue>(
        BoundedCache<int, TValue> cache, int seed, int keys, Func<int, TValue> wrap, Func<TValue, int> unwrap)
    {
        ConcurrentQueue<TimedOperation> history = new();
        long clock = 0;
        ThreadTeam.Run(Threads, thread =>
        {
            Random random = new((seed * Threads) + thread);
            for (int n = 0; n < CallsPerThread; n++)
            {
                int key = random.Next(keys);
                int kind = random.Next(3);
                int written = (thread * CallsPerThread) + n + 1;
                long call = Interlocked.Increment(ref clock);
                TValue? value = default;
                (string name, int argument, int result) = kind switch
                {
                    0 => ("set", (key * KeyFactor) + written, (int)cache.Set(key, wrap(written))),
                    1 => ("get", key * KeyFactor, cache.TryGetValue(key, out value) ? unwrap(value) : 0),
                    _ => ("remove", key * KeyFactor, cache.TryRemove(key, out value) ? unwrap(value) : 0),
                };
                history.Enqueue(new TimedOperation(name, argument, $"{result}", call, Interlocked.Increment(ref clock)));
            }
        });

        Assert.True(
            LinearizabilityChecker.IsLinearizable([.. history], new Model(0, 0, 0, 0, 0, 0), Apply),
            string.Join('\n', history.OrderBy(static operation => operation.Call)));
    }

    private static Model? Apply(Model model, TimedOperation operation)
    {
        (int key, int written) = Math.DivRem(operation.Argument, KeyFactor);
        int present = model[key];
        CacheSetResult expected = present == 0 ? CacheSetResult.Added : CacheSetResult.Replaced;
        int result = int.Parse(operation.Result);
        return operation.Name switch
        {
            "set" => result == (int)expected ? model.With(key, written) : null,
            "remove" => result == present ? model.With(key, 0) : null,
            _ => result == present ? model : null,
        };
    }

    /// <summary>Values of keys 0–5; 0 where absent.</summary>
    private sealed record Model(int A, int B, int C, int D, int E, int F)
    {
        public int this[int key] => key switch { 0 => A, 1 => B, 2 => C, 3 => D, 4 => E, _ => F };

        public Model With(int key, int value) => key switch
        {
            0 => this with { A = value },
            1 => this with { B = value },
            2 => this with { C = value },
            3 => this with { D = value },
            4 => this with { E = value },
            _ => this with { F = value },
        };
    }
}
