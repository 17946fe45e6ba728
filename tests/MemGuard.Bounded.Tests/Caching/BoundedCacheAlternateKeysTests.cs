using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

/// <summary>Keys that share a hash, orders and statistics, as a reader by another key sees them.</summary>
public sealed class BoundedCacheAlternateKeysTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();

    [Theory]
    [InlineData(EvictionPolicy.Adaptive, false)]
    [InlineData(EvictionPolicy.Adaptive, true)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed, false)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed, true)]
    public void AnyMethod_KeysShareAHash_EachFindsItsOwn(EvictionPolicy policy, bool isTimed)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, EvictionPolicy = policy, KeyComparer = new LengthOrdinal(), TimeToLive = isTimed ? Minute : null }, _time);
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("one", 1);
        cache.Set("two", 2);
        cache.Set("six", 6);

        Assert.True(lookup.TryGetValue("one", out string? first, out int one));
        Assert.True(lookup.TryGetValue("two", out string? second, out int two));
        Assert.True(lookup.TryGetValue("six", out string? third, out int six));
        Assert.False(lookup.TryGetValue("ten", out string? none, out int nothing));
        Assert.Equal(("one", 1, "two", 2, "six", 6), (first, one, second, two, third, six));
        Assert.Equal((null, 0), (none, nothing));

        Assert.Equal(2, lookup.GetOrAdd("two", static _ => -1));
        Assert.Equal(10, lookup.GetOrAdd("ten", static (_, state) => state, 10));
        Assert.True(lookup.TryRemove("two", out int removed));
        Assert.False(lookup.TryRemove("two", out int again));
        Assert.Equal((2, 0), (removed, again));
        Assert.Equal(["one", "six", "ten"], cache.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void AnyMethod_ComparerIgnoresCase_FindsTheStoredKey(EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, EvictionPolicy = policy, KeyComparer = StringComparer.OrdinalIgnoreCase });
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("Key", 1);

        Assert.True(lookup.TryGetValue("kEY", out string? actual, out int value));
        Assert.Equal(("Key", 1), (actual, value));
        Assert.Equal(CacheSetResult.Replaced, lookup.Set("KEY", 2));
        Assert.False(lookup.TryAdd("key", 3));
        Assert.Equal(2, lookup.GetOrAdd("key", static _ => 4));
        Assert.Equal(["Key"], cache.Keys);
        Assert.True(lookup.TryRemove("keY"));
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void TryGetValue_LeastRecentlyUsed_CountsAsARead()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 2, EvictionPolicy = EvictionPolicy.LeastRecentlyUsed });
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("a", 1);
        cache.Set("b", 2);

        Assert.True(lookup.TryGetValue("a", out _));
        Assert.False(lookup.TryGetValue("x", out _));
        cache.Set("c", 3);

        Assert.Equal(["a", "c"], cache.Keys.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TryGetValue_Adaptive_KeepsWhatIsReadThroughAScan()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 100 });
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        string[] hot = [.. Enumerable.Range(0, 20).Select(static i => $"hot {i}")];
        Array.ForEach(hot, key => cache.Set(key, 1));

        for (int i = 0; i < 5000; i++)
        {
            cache.Set($"scanned {i}", i);
            lookup.TryGetValue(hot[i % hot.Length], out _);
        }

        Assert.All(hot, key => Assert.True(cache.TryGetValue(key, out _)));
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void TryGetValue_JustBeforeAndAtTheTimeToLive_FoundThenNothingAtAll(EvictionPolicy policy)
    {
        BoundedCache<string, string> cache = new(new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute, EvictionPolicy = policy }, _time);
        BoundedCache<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        cache.Set("a", "value");

        _time.Step(Minute - TimeSpan.FromMilliseconds(1));
        Assert.True(lookup.TryGetValue("a", out string? key, out string? value));
        Assert.Equal(("a", "value"), (key, value));
        _time.Step(TimeSpan.FromMilliseconds(1));

        Assert.False(lookup.TryGetValue("a", out key, out value));
        Assert.Equal((null, null), (key, value));
        Assert.False(lookup.ContainsKey("a"));
        Assert.False(lookup.TryRemove("a", out value));
        Assert.Null(value);
        Assert.Equal(0, cache.Count);
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public async Task GetStatistics_ReadsByAnAlternateKey_CountsEachOnce(EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, EvictionPolicy = policy });
        ReadAll();
        await AddAsync();

        BoundedCacheStatistics statistics = cache.GetStatistics();

        Assert.Equal((5L, 5L), (statistics.TotalHits, statistics.TotalMisses));

        void ReadAll()
        {
            BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
            lookup.TryGetValue("a", out _);
            lookup.ContainsKey("a");
            lookup.GetOrAdd("a", static _ => 1);
            lookup.GetOrAdd("a", static _ => 1);
            lookup.GetOrAdd("a", static (_, state) => state, 1);
            lookup.GetOrAdd("b", static (_, state) => state, 1);
            lookup.TryGetValue("b", out _);
            lookup.ContainsKey("b");
            lookup.Set("b", 2);
            lookup.TryAdd("b", 3);
            lookup.TryRemove("b");
        }

        async Task AddAsync()
        {
            await cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("a", static (_, _) => new ValueTask<int>(1));
            await cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("b", static (_, _) => new ValueTask<int>(1));
        }
    }

    [Fact]
    public void GetAlternateLookup_ComparerCannot_SaysWhatItMustBe()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, Name = "numbers" });

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => cache.GetAlternateLookup<long>());

        Assert.StartsWith("BoundedCache \"numbers\": its comparer of keys, ", exception.Message, StringComparison.Ordinal);
        Assert.EndsWith(", cannot compare Int64 with Int32: it must be an IAlternateEqualityComparer of the two.", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void GetAlternateLookup_AnyComparerThatCan_IsAViewOfTheCache()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10 });

        Assert.True(cache.TryGetAlternateLookup(out BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup));

        Assert.Same(cache, lookup.Cache);
        Assert.Same(cache, cache.GetAlternateLookup<ReadOnlySpan<char>>().Cache);
    }

    [Fact]
    public void GetOrAdd_FactoryOfAnAlternateKeyThrows_CachesNothing()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10 });

        Assert.Throws<InvalidDataException>(() => cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("a", static _ => throw new InvalidDataException()));

        Assert.Equal(0, cache.Count);
    }

    /// <summary>All keys of one length share a hash.</summary>
    private sealed class LengthOrdinal : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<char>, string>
    {
        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj) => obj.Length;

        public bool Equals(ReadOnlySpan<char> alternate, string other) => alternate.SequenceEqual(other);

        public int GetHashCode(ReadOnlySpan<char> alternate) => alternate.Length;

        public string Create(ReadOnlySpan<char> alternate) => alternate.ToString();
    }
}
