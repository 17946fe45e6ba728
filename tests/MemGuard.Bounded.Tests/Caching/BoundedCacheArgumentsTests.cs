namespace MemGuard.Bounded.Tests.Caching;

public sealed class BoundedCacheArgumentsTests
{
    private static readonly BoundedCache<string, string> Cache = CreateFilled(new() { Capacity = 10 });
    private static readonly BoundedCache<string, string> Renewing = CreateFilled(new() { Capacity = 10, RefreshAfter = TimeSpan.FromHours(1) });

    public static TheoryData<string, Func<object?>> Null => new()
    {
        { "options", static () => new BoundedCache<string, string>(null!) },
        { "key", static () => Cache.TryGetValue(null!, out _) },
        { "key", static () => Cache.Set(null!, "") },
        { "key", static () => Cache.Set(null!, "", TimeSpan.FromSeconds(1)) },
        { "key", static () => Cache.TryAdd(null!, "") },
        { "key", static () => Cache.TryUpdate(null!, "", "") },
        { "key", static () => Cache.AddOrUpdate(null!, static _ => "", static (_, _) => "") },
        { "addFactory", static () => Cache.AddOrUpdate("a", null!, static (_, _) => "") },
        { "updateFactory", static () => Cache.AddOrUpdate("b", static _ => "", null!) },
        { "key", static () => Cache.TryRemove(null!) },
        { "key", static () => Cache.TryRemove(null!, out _) },
        { "key", static () => Cache.TryRemove(null!, "") },
        { "key", static () => Cache.GetOrAdd(null!, static _ => "") },
        { "key", static () => Cache.GetOrAdd(null!, static (_, state) => state, "") },
        { "key", static () => Cache.GetOrCreate(null!, static _ => CacheEntry.Create("")) },
        { "key", static () => Cache.GetOrCreate(null!, static (_, state) => CacheEntry.Create(state), "") },
        { "key", static () => Cache.GetOrAddAsync(null!, static (_, _) => new ValueTask<string>("")).AsTask() },
        { "key", static () => Cache.GetOrCreateAsync(null!, static (_, _) => new ValueTask<CacheEntry<string>>(CacheEntry.Create(""))).AsTask() },
        { "key", static () => Renewing.GetOrAdd(null!, static _ => "") },
        { "key", static () => Renewing.GetOrAddAsync(null!, static (_, _) => new ValueTask<string>("")).AsTask() },
        { "factory", static () => Cache.GetOrAdd("a", null!) },
        { "factory", static () => Cache.GetOrAdd("b", null!) },
        { "factory", static () => Cache.GetOrAdd("a", null!, 1) },
        { "factory", static () => Cache.GetOrAdd("b", null!, 1) },
        { "factory", static () => Cache.GetOrCreate("a", null!) },
        { "factory", static () => Cache.GetOrCreate("b", null!) },
        { "factory", static () => Cache.GetOrCreate("a", null!, 1) },
        { "factory", static () => Cache.GetOrCreate("b", null!, 1) },
        { "factory", static () => Cache.GetOrAddAsync("a", null!, 1).AsTask() },
        { "factory", static () => Cache.GetOrAddAsync("b", null!, 1).AsTask() },
        { "factory", static () => Cache.GetOrCreateAsync("a", null!, 1).AsTask() },
        { "factory", static () => Cache.GetOrCreateAsync("b", null!, 1).AsTask() },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("a", null!) },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("b", null!) },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("a", null!, 1) },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAdd("b", null!, 1) },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("a", null!).AsTask() },
        { "factory", static () => Cache.GetAlternateLookup<ReadOnlySpan<char>>().GetOrAddAsync("b", null!).AsTask() },
        { "options", static () => new LeasedCache<string, string>(null!) },
        { "factory", static () => CreateLeased().GetOrAdd("a", null!) },
        { "factory", static () => CreateLeased().GetOrAddAsync("a", null!).AsTask() },
        { "value", static () => CreateLeased().Set("a", null!) },
        { "key", static () => CreateLeased().TryGetValue(null!, out _) },
        { "key", static () => CreateLeased().TryRemove(null!) },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void AnyMethod_NullArgument_ThrowsAtOnceAndNamesIt(string parameter, Func<object?> call)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(() => { _ = call(); }).ParamName);
        Assert.Equal(["a"], Cache.Keys);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void Capacity_SetBelowOne_IsRefusedAndStays(int capacity)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3 });
        LeasedCache<int, string> leased = new(new() { Capacity = 3 });

        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => cache.Capacity = capacity).ParamName);
        Assert.Equal("value", Assert.Throws<ArgumentOutOfRangeException>(() => leased.Capacity = capacity).ParamName);
        Assert.Equal((3, 3), (cache.Capacity, leased.Capacity));
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Trim_NoRatio_IsRefusedWithItsRangeAndEvictsNothing(double ratio)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3 });
        cache.Set(1, 1);

        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => cache.Trim(ratio));

        Assert.Equal("ratio", refused.ParamName);
        Assert.StartsWith("The ratio must be between 0 and 1.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void Trim_NothingOrAll_IsWithinTheRange()
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3 });
        cache.Set(1, 1);
        cache.Set(2, 2);

        cache.Trim(0);
        Assert.Equal(2, cache.Count);
        cache.Trim(1);

        Assert.Equal(0, cache.Count);
        Assert.Equal(2, cache.GetStatistics().TotalCapacityEvictions);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(9_999)]
    public void Set_TimeToLiveBelowOneMillisecond_IsRefused(long ticks)
    {
        BoundedCache<int, int> cache = new(new() { Capacity = 3, TimeToLive = TimeSpan.MaxValue });

        Assert.Equal("timeToLive", Assert.Throws<ArgumentOutOfRangeException>(() => cache.Set(1, 1, TimeSpan.FromTicks(ticks))).ParamName);
        Assert.Equal("timeToLive", Assert.Throws<ArgumentOutOfRangeException>(() => CacheEntry.Create(1, TimeSpan.FromTicks(ticks))).ParamName);
        Assert.Equal(0, cache.Count);
    }

    [Fact]
    public void Set_TimeToLiveInACacheWithoutExpiry_SaysWhichCacheAndWhatToSet()
    {
        const string What = ": a time to live for one item needs a cache with expiry: set TimeToLive, to TimeSpan.MaxValue where items do not expire otherwise.";
        BoundedCache<int, string> named = new(new() { Capacity = 3, Name = "users" });
        BoundedCache<int, string> unnamed = new(new() { Capacity = 3 });

        Assert.Equal("BoundedCache \"users\"" + What, Assert.Throws<InvalidOperationException>(() => named.Set(1, "", TimeSpan.FromSeconds(1))).Message);
        Assert.Equal("BoundedCache<Int32, String>" + What, Assert.Throws<InvalidOperationException>(() => unnamed.Set(1, "", TimeSpan.FromSeconds(1))).Message);
    }

    [Fact]
    public void CacheEntry_OfEachKind_SaysWhatItIs()
    {
        CacheEntry<int> byOptions = CacheEntry.Create(1);
        CacheEntry<int> ownTime = CacheEntry.Create(2, TimeSpan.FromMilliseconds(1));
        CacheEntry<int> notKept = CacheEntry.DoNotKeep(3);

        Assert.Equal((1, null, true), (byOptions.Value, byOptions.TimeToLive, byOptions.IsKept));
        Assert.Equal((2, TimeSpan.FromMilliseconds(1), true), (ownTime.Value, ownTime.TimeToLive, ownTime.IsKept));
        Assert.Equal((3, null, false), (notKept.Value, notKept.TimeToLive, notKept.IsKept));
        Assert.False(default(CacheEntry<int>).IsKept);
    }

    private static BoundedCache<string, string> CreateFilled(BoundedCacheOptions<string, string> options)
    {
        BoundedCache<string, string> cache = new(options);
        cache.Set("a", "");
        return cache;
    }

    private static LeasedCache<string, string> CreateLeased() => new(new() { Capacity = 1 });
}
