using MemGuard.Tests.Support;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Caching.Tests;

/// <summary>What code that was written for the framework's memory cache relies on.</summary>
public sealed class BoundedMemoryCacheContractTests : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly BoundedMemoryCache _cache;
    private readonly EvictionLog _evictions = new();

    public BoundedMemoryCacheContractTests() => _cache = new BoundedMemoryCache(timeProvider: _time);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void Set_ThenGet_FindsTheVeryObject()
    {
        object value = new();

        Assert.Same(value, _cache.Set("a", value));

        Assert.Same(value, _cache.Get("a"));
        Assert.Null(_cache.Get("b"));
        Assert.Null(_cache.Get("A"));
    }

    [Fact]
    public void Set_NullValue_IsAValue()
    {
        _cache.Set<string?>("a", null);

        Assert.True(_cache.TryGetValue("a", out object? value));
        Assert.Null(value);
    }

    [Fact]
    public void CreateEntry_NotDisposedOrWithoutAValue_IsNotStored()
    {
        ICacheEntry open = _cache.CreateEntry("open");
        open.Value = 1;
        using (_cache.CreateEntry("empty"))
        {
            // Given no value.
        }

        Assert.Equal(0, _cache.Count);
        open.Dispose();
        open.Dispose();
        Assert.Equal(1, _cache.Get("open"));
    }

    [Fact]
    public async Task GetOrCreate_AbsentThenPresent_CallsTheFactoryOnceAndNotAgainAfterAFailure()
    {
        Assert.Throws<FormatException>(() => _cache.GetOrCreate<int>("a", static _ => throw new FormatException()));
        Assert.Equal(1, _cache.GetOrCreate("a", static _ => 1));
        Assert.Equal(1, _cache.GetOrCreate("a", static _ => 2));
        Assert.Equal(3, await _cache.GetOrCreateAsync("b", static _ => Task.FromResult(3)));
        Assert.Equal(3, _cache.Get<int>("b"));
    }

    [Fact]
    public void AnyMember_NullKey_Throws()
    {
        Assert.Throws<ArgumentNullException>(() => _cache.TryGetValue(null!, out _));
        Assert.Throws<ArgumentNullException>(() => _cache.CreateEntry(null!));
        Assert.Throws<ArgumentNullException>(() => _cache.Remove(null!));
    }

    [Fact]
    public void AnyMember_AfterDispose_Throws()
    {
        _cache.Set("a", 1);
        _cache.Dispose();
        _cache.Dispose();

        Assert.Throws<ObjectDisposedException>(() => _cache.TryGetValue("a", out _));
        Assert.Throws<ObjectDisposedException>(() => _cache.Set("a", 1));
        Assert.Throws<ObjectDisposedException>(() => _cache.Remove("a"));
        Assert.Throws<ObjectDisposedException>(() => _cache.Compact(1));
        Assert.Throws<ObjectDisposedException>(() => _cache.Clear());
    }

    [Fact]
    public void Entry_SettingsOutOfRange_AreRefused()
    {
        using ICacheEntry entry = _cache.CreateEntry("a");

        Assert.Throws<ArgumentOutOfRangeException>(() => entry.AbsoluteExpirationRelativeToNow = TimeSpan.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => entry.SlidingExpiration = -Minute);
        Assert.Throws<ArgumentOutOfRangeException>(() => entry.Size = -1);
        Assert.Equal(CacheItemPriority.Normal, entry.Priority);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void AbsoluteExpiration_TimePasses_IsGoneAtItsTimeWithoutAccess(bool isRelative)
    {
        MemoryCacheEntryOptions options = isRelative
            ? new MemoryCacheEntryOptions { AbsoluteExpirationRelativeToNow = Minute }
            : new MemoryCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow() + Minute };
        _cache.Set("a", 1, _evictions.Watch(options));

        _time.Pass(Minute - TimeSpan.FromMilliseconds(1), step: TimeSpan.FromMilliseconds(500));
        Assert.Equal(1, _cache.Get("a"));
        _time.Step(TimeSpan.FromMilliseconds(1));
        Assert.Null(_cache.Get("a"));
        _time.Pass(TimeSpan.FromSeconds(2), step: TimeSpan.FromMilliseconds(500));

        Assert.Equal(0, _cache.Count);
        Assert.Equal([("a", EvictionReason.Expired)], _evictions.Await(1));
    }

    [Fact]
    public void AbsoluteExpiration_BothGiven_TheEarlierCounts()
    {
        _cache.Set("a", 1, new MemoryCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow() + (2 * Minute), AbsoluteExpirationRelativeToNow = Minute });
        _cache.Set("b", 1, new MemoryCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow() + Minute, AbsoluteExpirationRelativeToNow = 2 * Minute });

        _time.Step(Minute);

        Assert.Null(_cache.Get("a"));
        Assert.Null(_cache.Get("b"));
    }

    [Fact]
    public void AbsoluteExpiration_InThePast_IsNotStoredAndEndsTheFormerEntry()
    {
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions()));

        _cache.Set("a", 2, _evictions.Watch(new MemoryCacheEntryOptions { AbsoluteExpiration = _time.GetUtcNow() - Minute }));

        Assert.Null(_cache.Get("a"));
        Assert.Equal([("a", EvictionReason.Expired), ("a", EvictionReason.Replaced)], _evictions.Await(2));
    }

    [Fact]
    public void SlidingExpiration_ReadsKeepIt_UpToTheAbsoluteOne()
    {
        _cache.Set("a", 1, new MemoryCacheEntryOptions { SlidingExpiration = Minute, AbsoluteExpirationRelativeToNow = 3 * Minute });
        _cache.Set("silent", 1, new MemoryCacheEntryOptions { SlidingExpiration = Minute });

        for (int i = 0; i < 5; i++)
        {
            _time.Pass(Minute / 2, step: TimeSpan.FromSeconds(1));
            Assert.Equal(1, _cache.Get("a"));
        }

        Assert.Equal(["a"], _cache.Keys);
        _time.Pass(Minute / 2, step: TimeSpan.FromSeconds(1));
        Assert.Null(_cache.Get("a"));
    }

    [Fact]
    public void PostEvictionCallback_EveryWayOfLeaving_HearsKeyValueReasonAndState()
    {
        _cache.Set("removed", 1, _evictions.Watch(new MemoryCacheEntryOptions()));
        _cache.Set("replaced", 1, _evictions.Watch(new MemoryCacheEntryOptions()));
        _cache.Set("cleared", 1, _evictions.Watch(new MemoryCacheEntryOptions()));

        _cache.Remove("removed");
        _cache.Set("replaced", 2);
        _cache.Clear();

        Assert.Equal(
            [("cleared", EvictionReason.Removed), ("removed", EvictionReason.Removed), ("replaced", EvictionReason.Replaced)],
            _evictions.Await(3));
        Assert.All(_evictions.Values, static value => Assert.Equal(1, value));
    }

    [Fact]
    public void PostEvictionCallback_ThrowsOrUsesTheCache_DisturbsNobody()
    {
        using ManualResetEventSlim isTold = new();
        MemoryCacheEntryOptions options = new MemoryCacheEntryOptions()
            .RegisterPostEvictionCallback(static (_, _, _, _) => throw new FormatException())
            .RegisterPostEvictionCallback((key, _, _, _) =>
            {
                _cache.Set(key, "again");
                isTold.Set();
            });
        _cache.Set("a", 1, options);

        _cache.Remove("a");

        Assert.True(isTold.Wait(Patience));
        Assert.Equal("again", _cache.Get("a"));
        Assert.True(SpinWait.SpinUntil(() => _cache.TotalCallbackErrors == 1, Patience));
    }

    [Fact]
    public void GetCurrentStatistics_ReadsAndEntries_AreCounted()
    {
        _cache.Set("a", 1, new MemoryCacheEntryOptions { Priority = CacheItemPriority.NeverRemove });
        _cache.Set("b", 1);
        _cache.Get("a");
        _cache.Get("b");
        _cache.Get("c");

        MemoryCacheStatistics statistics = _cache.GetCurrentStatistics()!;

        Assert.Equal((2L, 1L, 2L), (statistics.TotalHits, statistics.TotalMisses, statistics.CurrentEntryCount));
        Assert.Null(statistics.CurrentEstimatedSize);
        using BoundedMemoryCache silent = new(new BoundedMemoryCacheOptions { TrackStatistics = false });
        Assert.Null(silent.GetCurrentStatistics());
    }

    [Theory]
    [InlineData(0.0, 4)]
    [InlineData(0.2, 4)]
    [InlineData(0.5, 2)]
    [InlineData(1.0, 0)]
    public void Compact_Share_RoundsDown(double share, int left)
    {
        for (int i = 0; i < 4; i++)
        {
            _cache.Set(i, i);
        }

        _cache.Compact(share);

        Assert.Equal(left, _cache.Count);
        Assert.Throws<ArgumentOutOfRangeException>(() => _cache.Compact(1.1));
    }

    [Fact]
    public void Compact_SeveralPriorities_EvictsTheLowestAndOfThoseTheLongestUnused()
    {
        _cache.Set("high", 1, new MemoryCacheEntryOptions { Priority = CacheItemPriority.High });
        _cache.Set("low", 1, _evictions.Watch(new MemoryCacheEntryOptions { Priority = CacheItemPriority.Low }));
        _cache.Set("used", 1);
        _cache.Set("unused", 1, _evictions.Watch(new MemoryCacheEntryOptions()));
        _cache.Set("kept", 1, new MemoryCacheEntryOptions { Priority = CacheItemPriority.NeverRemove });
        _cache.Get("used");

        _cache.Compact(0.4);

        Assert.Equal(["high", "kept", "used"], _cache.Keys.Cast<string>().Order());
        Assert.Equal([("low", EvictionReason.Capacity), ("unused", EvictionReason.Capacity)], _evictions.Await(2));
        _cache.Compact(1);
        Assert.Equal(["kept"], _cache.Keys);
    }
}
