using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheAlternateLookupTests
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly TimerCountingTimeProvider _time = new();
    private readonly BoundedCache<string, int> _cache = new(new() { Capacity = 100 });

    public static TheoryData<string> Comparers => ["none", "default", "ordinal", "ignoring case", "exact order"];

    [Theory]
    [MemberData(nameof(Comparers))]
    public void TryGetValue_PartOfAText_FindsWhatTheStringFinds(string comparer)
    {
        BoundedCache<string, int> cache = Create(comparer);
        // Every length, around the steps of the hash.
        for (int length = 0; length <= 40; length++)
        {
            cache.Set(new string('x', length) + "Y", length);
        }

        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
        string text = "ab" + new string('x', 40) + "Yz";
        for (int length = 0; length <= 40; length++)
        {
            Assert.True(lookup.TryGetValue(text.AsSpan(42 - length, length + 1), out string? key, out int value));
            Assert.Equal((new string('x', length) + "Y", length), (key, value));
            Assert.False(lookup.ContainsKey(text.AsSpan(42 - length, length)) && length > 0);
        }

        Assert.Same(cache, lookup.Cache);
        Assert.Equal(comparer == "ignoring case", lookup.ContainsKey("XXy"));
    }

    [Theory]
    [MemberData(nameof(Comparers))]
    public void GetOrAdd_PartOfAText_MakesTheKeyOnceAndFindsItAfterwards(string comparer)
    {
        BoundedCache<string, int> cache = Create(comparer);
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();

        Assert.Equal(2, lookup.GetOrAdd("id=17;".AsSpan(3, 2), static key => key.Length));
        Assert.Equal(2, lookup.GetOrAdd("17", static (_, state) => state, 3));
        Assert.True(cache.TryGetValue("17", out int value));

        Assert.Equal(2, value);
        BoundedCacheStatistics statistics = cache.GetStatistics();
        Assert.Equal((2, 1), (statistics.TotalHits, statistics.TotalMisses));
    }

    [Fact]
    public async Task GetOrAddAsync_KeyMissing_IsCreatedByItsString()
    {
        ValueTask<int> created = _cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("abc".AsSpan(1), static (key, _) => new ValueTask<int>(key.Length));

        Assert.Equal(2, await created);
        ValueTask<int> found = _cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("bc", static (_, _) => throw new InvalidOperationException("It is there."));
        Assert.True(found.IsCompletedSuccessfully);
        Assert.Equal(2, await found);
    }

    [Fact]
    public void Hits_OfAnyKind_AllocateNothing()
    {
        _cache.Set("key", 1);
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();
        string text = "the key.";
        int all = Read(10);

        long before = GC.GetAllocatedBytesForCurrentThread();
        all += Read(1000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(4 * 1010, all);

        int Read(int times)
        {
            int sum = 0;
            for (int i = 0; i < times; i++)
            {
                ReadOnlySpan<char> key = text.AsSpan(4, 3);
                sum += lookup.TryGetValue(key, out int value) ? value : 0;
                sum += lookup.GetOrAdd(key, static _ => 100);
                sum += lookup.ContainsKey(key) ? 1 : 0;
                ValueTask<int> found = lookup.GetOrAddAsync(key, static (_, _) => new ValueTask<int>(100));
                sum += found.IsCompletedSuccessfully ? found.Result : 100;
                lookup.TryRemove(text);
            }

            return sum;
        }
    }

    [Fact]
    public void SetTryAddTryRemove_PartOfAText_ChangeTheEntry()
    {
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = _cache.GetAlternateLookup<ReadOnlySpan<char>>();

        Assert.Equal(CacheSetResult.Added, lookup.Set("a", 1));
        Assert.Equal(CacheSetResult.Replaced, lookup.Set("a", 2));
        Assert.False(lookup.TryAdd("a", 3));
        Assert.True(lookup.TryAdd("b", 4));
        Assert.True(lookup.TryRemove("a", out int removed));

        Assert.Equal(2, removed);
        Assert.False(lookup.TryRemove("a"));
        Assert.True(lookup.TryRemove("b"));
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public async Task TryRemove_ValueInTheMaking_IsNotStored()
    {
        TaskCompletionSource<int> source = new();
        Task<int> creation = _cache.GetOrAddAsync("a", (_, _) => new ValueTask<int>(source.Task)).AsTask();

        Assert.False(_cache.GetAlternateLookup<ReadOnlySpan<char>>().TryRemove("a"));
        source.SetResult(1);

        Assert.Equal(1, await creation);
        Assert.False(_cache.TryGetValue("a", out _));
    }

    [Fact]
    public void TryGetValue_ExpiredOrSliding_GoesByTheClock()
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, SlidingExpiration = Minute }, _time);
        cache.Set("a", 1);
        cache.Set("b", 1);
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();

        _time.Step(Minute / 2);
        Assert.True(lookup.ContainsKey("a"));
        _time.Step(Minute / 2);

        Assert.True(lookup.ContainsKey("a"));
        Assert.False(lookup.ContainsKey("b"));
    }

    [Theory]
    [InlineData(EvictionPolicy.Adaptive)]
    [InlineData(EvictionPolicy.LeastRecentlyUsed)]
    public void TryGetValue_ExpiredButStillHeld_FindsNothing(EvictionPolicy policy)
    {
        BoundedCache<string, int> cache = new(new() { Capacity = 10, TimeToLive = Minute, StaleFor = Minute, EvictionPolicy = policy }, _time);
        cache.Set("a", 1);
        BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();

        _time.Step(Minute);

        Assert.Equal(1, cache.Count);
        Assert.False(lookup.ContainsKey("a"));
        Assert.Equal(1, lookup.GetOrAdd("a", static _ => throw new TimeoutException("planted")));
    }

    [Fact]
    public void GetAlternateLookup_ComparerCannot_NamesTheCacheAndBothTypes()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 10, Name = "numbers" });

        InvalidOperationException exception = Assert.Throws<InvalidOperationException>(() => cache.GetAlternateLookup<long>());

        Assert.Contains("\"numbers\"", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Int64", exception.Message, StringComparison.Ordinal);
        Assert.Contains("Int32", exception.Message, StringComparison.Ordinal);
        Assert.False(cache.TryGetAlternateLookup(out BoundedCache<int, int>.AlternateLookup<long> _));
        Assert.False(new BoundedCache<string, int>(new() { Capacity = 1, KeyComparer = new PlainComparer() }).TryGetAlternateLookup(
            out BoundedCache<string, int>.AlternateLookup<ReadOnlySpan<char>> _));
    }

    [Fact]
    public void GetAlternateLookup_ComparerOfTheUser_IsAsked()
    {
        BoundedCache<int, string> cache = new(new() { Capacity = 10, KeyComparer = new TextOfNumbers() });
        cache.Set(17, "a");
        BoundedCache<int, string>.AlternateLookup<string> lookup = cache.GetAlternateLookup<string>();

        Assert.True(lookup.TryGetValue("17", out string? value));
        Assert.Equal("a", value);
        Assert.Equal("b", lookup.GetOrAdd("18", static _ => "b"));
        Assert.True(cache.TryGetValue(18, out _));
    }

    // A reader by another key must see no more of an entry that changes than any other reader does.
    [Fact]
    public void TryGetValue_WhileEntriesComeAndGo_ReturnsTheValueOfItsKey()
    {
        BoundedCache<string, string> cache = new(new() { Capacity = 64 });
        string[] keys = [.. Enumerable.Range(0, 200).Select(static i => $"key {i}")];
        int hits = 0;
        ThreadTeam.Run(4, thread =>
        {
            BoundedCache<string, string>.AlternateLookup<ReadOnlySpan<char>> lookup = cache.GetAlternateLookup<ReadOnlySpan<char>>();
            Random random = new(thread);
            for (int i = 0; i < 100_000; i++)
            {
                string key = keys[random.Next(keys.Length)];
                if (thread < 2)
                {
                    cache.Set(key, key);
                }
                else if (lookup.TryGetValue(key, out string? actualKey, out string? value))
                {
                    Assert.Equal((key, key), (actualKey, value));
                    Interlocked.Increment(ref hits);
                }
            }
        });

        Assert.InRange(hits, 1, int.MaxValue);
    }

    private static BoundedCache<string, int> Create(string comparer) => new(new()
    {
        Capacity = 100,
        EvictionPolicy = comparer == "exact order" ? EvictionPolicy.LeastRecentlyUsed : EvictionPolicy.Adaptive,
        KeyComparer = comparer switch
        {
            "default" => EqualityComparer<string>.Default,
            "ordinal" => StringComparer.Ordinal,
            "ignoring case" => StringComparer.OrdinalIgnoreCase,
            _ => null,
        },
    });

    private sealed class PlainComparer : IEqualityComparer<string>
    {
        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj) => obj.Length;
    }

    private sealed class TextOfNumbers : IEqualityComparer<int>, IAlternateEqualityComparer<string, int>
    {
        public bool Equals(int x, int y) => x == y;

        public int GetHashCode(int obj) => obj;

        public bool Equals(string alternate, int other) => Create(alternate) == other;

        public int GetHashCode(string alternate) => Create(alternate);

        public int Create(string alternate) => int.Parse(alternate, System.Globalization.CultureInfo.InvariantCulture);
    }
}
