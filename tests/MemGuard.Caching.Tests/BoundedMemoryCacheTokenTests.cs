using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Caching.Tests;

/// <summary>Entries that end with a change token.</summary>
public sealed class BoundedMemoryCacheTokenTests : IDisposable
{
    private readonly FakeTimeProvider _time = new();
    private readonly BoundedMemoryCache _cache;
    private readonly EvictionLog _evictions = new();

    public BoundedMemoryCacheTokenTests() => _cache = new BoundedMemoryCache(timeProvider: _time);

    public void Dispose() => _cache.Dispose();

    [Fact]
    public void ExpirationToken_Fires_RemovesTheEntryAtOnceAndTellsWhy()
    {
        using CancellationTokenSource source = new();
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions()).AddExpirationToken(new CancellationChangeToken(source.Token)));

        source.Cancel();

        Assert.Equal(0, _cache.Count);
        Assert.Equal([("a", EvictionReason.TokenExpired)], _evictions.Await(1));
    }

    [Fact]
    public void ExpirationToken_HasFiredBefore_IsNotStored()
    {
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions()).AddExpirationToken(new CancellationChangeToken(new CancellationToken(canceled: true))));

        Assert.Null(_cache.Get("a"));
        Assert.Equal([("a", EvictionReason.TokenExpired)], _evictions.Await(1));
    }

    [Fact]
    public void ExpirationToken_DoesNotCallBack_IsAskedAtTheRead()
    {
        PolledToken token = new();
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions()).AddExpirationToken(token));
        Assert.Equal(1, _cache.Get("a"));

        token.HasChanged = true;

        Assert.Null(_cache.Get("a"));
        Assert.Equal([("a", EvictionReason.TokenExpired)], _evictions.Await(1));
    }

    [Theory]
    [InlineData(CacheItemPriority.Normal)]
    [InlineData(CacheItemPriority.NeverRemove)]
    public void ExpirationToken_DoesNotCallBackAndIsNotRead_IsAskedWithinAMinuteOfUse(CacheItemPriority priority)
    {
        PolledToken token = new();
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions { Priority = priority }).AddExpirationToken(token));
        _cache.Set("b", 2, new MemoryCacheEntryOptions().AddExpirationToken(new PolledToken()));
        token.HasChanged = true;

        _time.Advance(TimeSpan.FromSeconds(61));
        _cache.Get("other");

        Assert.Equal([("a", EvictionReason.TokenExpired)], _evictions.Await(1));
        Assert.Equal(["b"], _cache.Keys);
    }

    [Fact]
    public void ExpirationToken_CannotBeAsked_CostsTheOthersNothing()
    {
        PolledToken broken = new(), token = new();
        _cache.Set("broken", 1, new MemoryCacheEntryOptions().AddExpirationToken(broken));
        _cache.Set("a", 1, _evictions.Watch(new MemoryCacheEntryOptions()).AddExpirationToken(token));
        broken.IsBroken = token.HasChanged = true;

        _time.Advance(TimeSpan.FromSeconds(61));
        _cache.Set("other", 3);

        Assert.Equal([("a", EvictionReason.TokenExpired)], _evictions.Await(1));
        Assert.Equal(["broken", "other"], _cache.Keys.Cast<string>().Order());
    }

    [Fact]
    public void ExpirationToken_HasChangedBefore_IsAskedForNothingElse()
    {
        CountingToken token = new();
        token.Fire();

        _cache.Set("a", 1, new MemoryCacheEntryOptions().AddExpirationToken(token));

        Assert.Equal(0, token.TotalRegistrations);
        Assert.Equal(0, _cache.Count);
    }

    [Fact]
    public void ExpirationToken_OfAFormerEntry_LeavesTheNewOneAloneAndHoldsNothing()
    {
        CountingToken token = new();
        _cache.Set("a", 1, new MemoryCacheEntryOptions().AddExpirationToken(token));
        _cache.Set("a", 2);

        token.Fire();

        Assert.Equal(2, _cache.Get("a"));
        Assert.Equal(0, token.Registrations);
    }

    private sealed class PolledToken : IChangeToken
    {
        public bool IsBroken { get; set; }

        public bool HasChanged
        {
            get => IsBroken ? throw new InvalidOperationException("It cannot be asked.") : field;
            set;
        }

        public bool ActiveChangeCallbacks => false;

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state) => throw new InvalidOperationException("It does not call back.");
    }

    private sealed class CountingToken : IChangeToken
    {
        private readonly List<Registration> _registrations = [];

        public bool HasChanged { get; private set; }

        public bool ActiveChangeCallbacks => true;

        public int Registrations => _registrations.Count;

        public int TotalRegistrations { get; private set; }

        public IDisposable RegisterChangeCallback(Action<object?> callback, object? state)
        {
            Registration registration = new(this, callback, state);
            _registrations.Add(registration);
            TotalRegistrations++;
            return registration;
        }

        public void Fire()
        {
            HasChanged = true;
            _registrations.ToList().ForEach(static registration => registration.Call());
        }

        private sealed class Registration(CountingToken token, Action<object?> callback, object? state) : IDisposable
        {
            public void Call() => callback(state);

            public void Dispose() => token._registrations.Remove(this);
        }
    }
}
