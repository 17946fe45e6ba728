namespace MemGuard.Bounded;

/// <summary>Disposes of values that have left a cache, in whichever way they can be. Whoever caused it must not suffer what they throw.</summary>
internal static class ValueDisposal
{
    /// <param name="value">The value; nothing happens if it cannot be disposed of.</param>
    /// <param name="owner">Handed to <paramref name="onError"/>.</param>
    /// <param name="onError">Counts an exception. One of an asynchronous disposal comes later.</param>
    public static void Dispose<TValue, TOwner>(TValue value, TOwner owner, Action<TOwner> onError)
    {
        try
        {
            if (value is IDisposable disposable)
            {
                disposable.Dispose();
            }
            else if (value is IAsyncDisposable asyncDisposable)
            {
                _ = DisposeAsync(asyncDisposable, owner, onError);
            }
        }
        catch (Exception)
        {
            Count(owner, onError);
        }
    }

    private static async Task DisposeAsync<TOwner>(IAsyncDisposable value, TOwner owner, Action<TOwner> onError)
    {
        try
        {
            await value.DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            Count(owner, onError);
        }
    }

    private static void Count<TOwner>(TOwner owner, Action<TOwner> onError)
    {
        onError(owner);
        ContainedFailures.Count();
    }
}
