using System.Collections.Concurrent;
using Microsoft.AspNetCore.OutputCaching;
using Microsoft.Extensions.Caching.Memory;
using Microsoft.Extensions.Primitives;

namespace MemGuard.Caching.Tests;

/// <summary>A store of ASP.NET Core's output caching over whichever memory cache it is given: its own one is bounded in bytes and drops what comes when it is full.</summary>
internal sealed class MemoryCacheOutputStore(IMemoryCache cache) : IOutputCacheStore
{
    private readonly ConcurrentDictionary<string, CancellationTokenSource> _tags = new();

    public ValueTask<byte[]?> GetAsync(string key, CancellationToken cancellationToken) => new(cache.Get<byte[]>((typeof(MemoryCacheOutputStore), key)));

    public ValueTask SetAsync(string key, byte[] value, string[]? tags, TimeSpan validFor, CancellationToken cancellationToken)
    {
        MemoryCacheEntryOptions options = new() { AbsoluteExpirationRelativeToNow = validFor, Size = value.Length };
        foreach (string tag in tags ?? [])
        {
            options.AddExpirationToken(new CancellationChangeToken(_tags.GetOrAdd(tag, static _ => new CancellationTokenSource()).Token));
        }

        cache.Set((typeof(MemoryCacheOutputStore), key), value, options);
        return ValueTask.CompletedTask;
    }

    public async ValueTask EvictByTagAsync(string tag, CancellationToken cancellationToken)
    {
        if (_tags.TryRemove(tag, out CancellationTokenSource? source))
        {
            await source.CancelAsync();
            source.Dispose();
        }
    }
}
