using FsCheck;
using FsCheck.Fluent;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheModelTests
{
    /// <summary>100 sequences of 1,000 operations each.</summary>
    [Fact]
    public void LeastRecentlyUsed_HundredThousandRandomOperations_EqualsANaiveModel()
    {
        Gen<(int Capacity, (int Kind, int Key)[] Operations)> sequences =
            from capacity in Gen.Choose(1, 12)
            from operations in (from kind in Gen.Choose(0, 9) from key in Gen.Choose(0, 19) select (kind, key)).ArrayOf(1000)
            select (capacity, operations);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(20_251, 4_243),
            Prop.ForAll(sequences.ToArbitrary(), static sequence => EqualsModel(sequence.Capacity, sequence.Operations)));
    }

    /// <summary>Whatever the adaptive policy evicts: what it has must be right, and its ledger must agree with what it told.</summary>
    [Fact]
    public void Adaptive_RandomOperations_HoldsOnlyTrueValuesAndAnExactLedger()
    {
        Gen<(int Capacity, (int Kind, int Key)[] Operations)> sequences =
            from capacity in Gen.Choose(1, 40)
            from operations in (from kind in Gen.Choose(0, 9) from key in Gen.Choose(0, 99) select (kind, key)).ArrayOf(1000)
            select (capacity, operations);

        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(100).WithReplay(77, 4_243),
            Prop.ForAll(sequences.ToArbitrary(), static sequence => IsConsistent(sequence.Capacity, sequence.Operations)));
    }

    private static bool EqualsModel(int capacity, (int Kind, int Key)[] operations)
    {
        List<(int Key, EvictionReason Reason)> left = [];
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = capacity,
            EvictionPolicy = EvictionPolicy.LeastRecentlyUsed,
            EntryRemoved = (key, _, reason) => left.Add((key, reason)),
        });
        NaiveLru model = new(capacity);
        for (int i = 0; i < operations.Length; i++)
        {
            (int kind, int key) = operations[i];
            bool agrees = kind switch
            {
                < 4 => (cache.Set(key, i) == CacheSetResult.Replaced) == model.Set(key, i),
                < 8 => (cache.TryGetValue(key, out int found) ? found : -1) == model.Get(key),
                8 => (cache.TryRemove(key, out int removed) ? removed : -1) == model.Remove(key),
                _ => cache.GetOrAdd(key, _ => i) == model.GetOrAdd(key, i),
            };
            if (!agrees || cache.Count != model.Count || !left.SequenceEqual(model.Left))
            {
                return false;
            }

            left.Clear();
            model.Left.Clear();
        }

        return true;
    }

    private static bool IsConsistent(int capacity, (int Kind, int Key)[] operations)
    {
        Dictionary<int, int> present = [];
        BoundedCache<int, int> cache = new(new()
        {
            Capacity = capacity,
            EntryRemoved = (key, value, reason) =>
            {
                // A replaced value is told of after its successor came.
                if (reason != EvictionReason.Replaced)
                {
                    Assert.True(present.Remove(key, out int had) && had == value);
                }
            },
        });
        for (int i = 0; i < operations.Length; i++)
        {
            (int kind, int key) = operations[i];
            if (kind < 5)
            {
                present[key] = i;
                cache.Set(key, i);
            }
            else if (kind < 9)
            {
                bool isFound = cache.TryGetValue(key, out int value);
                Assert.Equal(present.ContainsKey(key), isFound);
                Assert.True(!isFound || value == present[key]);
            }
            else
            {
                cache.TryRemove(key);
            }

            Assert.Equal(present.Count, cache.Count);
            Assert.True(cache.Count <= capacity);
        }

        BoundedCacheStatistics statistics = cache.GetStatistics();
        return statistics.TotalAdded
            == statistics.CurrentEntryCount + statistics.TotalCapacityEvictions + statistics.TotalReplaced + statistics.TotalRemoved;
    }

    private sealed class NaiveLru(int capacity)
    {
        private readonly List<(int Key, int Value)> _newestLast = [];

        public List<(int Key, EvictionReason Reason)> Left { get; } = [];

        public int Count => _newestLast.Count;

        public bool Set(int key, int value)
        {
            bool isReplaced = Take(key) >= 0;
            if (isReplaced)
            {
                Left.Add((key, EvictionReason.Replaced));
            }
            else if (Count == capacity)
            {
                Left.Add((_newestLast[0].Key, EvictionReason.Capacity));
                _newestLast.RemoveAt(0);
            }

            _newestLast.Add((key, value));
            return isReplaced;
        }

        public int Get(int key)
        {
            int value = Take(key);
            if (value >= 0)
            {
                _newestLast.Add((key, value));
            }

            return value;
        }

        public int Remove(int key)
        {
            int value = Take(key);
            if (value >= 0)
            {
                Left.Add((key, EvictionReason.Removed));
            }

            return value;
        }

        public int GetOrAdd(int key, int value)
        {
            int present = Get(key);
            if (present < 0)
            {
                Set(key, value);
            }

            return present < 0 ? value : present;
        }

        private int Take(int key)
        {
            int index = _newestLast.FindIndex(entry => entry.Key == key);
            if (index < 0)
            {
                return -1;
            }

            int value = _newestLast[index].Value;
            _newestLast.RemoveAt(index);
            return value;
        }
    }
}
