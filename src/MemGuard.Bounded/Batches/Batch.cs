using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>
/// Runs a body for every item of a source, some at a time: as soon as one ends the next begins, so a slow item holds up nobody,
/// and memory depends on the bounds, not on the length of the source.
/// </summary>
/// <remarks>
/// The source is drawn one item at a time, only when there is room. The first error stops the drawing and cancels the token of the bodies under way;
/// when they have ended, all errors are reported.
/// </remarks>
public static class Batch
{
    /// <summary>Runs the body for every item, at most <paramref name="maxConcurrency"/> at once.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items; drawn by one thread at a time.</param>
    /// <param name="maxConcurrency">The most bodies at once; positive.</param>
    /// <param name="body">What to do with an item; its token is cancelled by the first error.</param>
    /// <param name="cancellationToken">Ends the batch.</param>
    /// <returns>A task that ends when every body has ended; its exception holds every error.</returns>
    public static Task ForEachAsync<T>(IEnumerable<T> source, int maxConcurrency, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default) =>
        ForEachAsync(source, new BatchOptions<T> { MaxConcurrency = maxConcurrency }, body, cancellationToken);

    /// <inheritdoc cref="ForEachAsync{T}(IEnumerable{T}, int, Func{T, CancellationToken, ValueTask}, CancellationToken)"/>
    public static Task ForEachAsync<T>(IAsyncEnumerable<T> source, int maxConcurrency, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default) =>
        ForEachAsync(source, new BatchOptions<T> { MaxConcurrency = maxConcurrency }, body, cancellationToken);

    /// <summary>Runs the body for every item within all bounds of the options.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <param name="source">The items; drawn by one thread at a time.</param>
    /// <param name="options">The bounds; read once.</param>
    /// <param name="body">What to do with an item; its token is cancelled by the first error.</param>
    /// <param name="cancellationToken">Ends the batch.</param>
    /// <returns>A task that ends when every body has ended; its exception holds every error.</returns>
    public static Task ForEachAsync<T>(IEnumerable<T> source, BatchOptions<T> options, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return ForEachAsync(new SynchronousSource<T>(source), options, body, cancellationToken);
    }

    /// <inheritdoc cref="ForEachAsync{T}(IEnumerable{T}, BatchOptions{T}, Func{T, CancellationToken, ValueTask}, CancellationToken)"/>
    public static Task ForEachAsync<T>(IAsyncEnumerable<T> source, BatchOptions<T> options, Func<T, CancellationToken, ValueTask> body, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(body);
        options.Validate();
        return new BatchRun<T>(source, options, (item, _, token) => body(item, token), itemSlots: null, cancellationToken).RunAsync();
    }

    /// <summary>Runs the selector for every item and streams the results; a consumer that is slow, or stops, slows or stops the batch.</summary>
    /// <typeparam name="T">The type of the items.</typeparam>
    /// <typeparam name="TResult">The type of the results.</typeparam>
    /// <param name="source">The items; drawn by one thread at a time.</param>
    /// <param name="options">The bounds and the order; read once.</param>
    /// <param name="selector">Makes the result of an item; its token is cancelled by the first error or when the consumer stops.</param>
    /// <param name="cancellationToken">Ends the batch.</param>
    /// <returns>The results. After an error: those that were finished in order, then the error, or an <see cref="AggregateException"/> of several.</returns>
    public static IAsyncEnumerable<TResult> SelectAsync<T, TResult>(IEnumerable<T> source, BatchOptions<T> options, Func<T, CancellationToken, ValueTask<TResult>> selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        return SelectAsync(new SynchronousSource<T>(source), options, selector, cancellationToken);
    }

    /// <inheritdoc cref="SelectAsync{T, TResult}(IEnumerable{T}, BatchOptions{T}, Func{T, CancellationToken, ValueTask{TResult}}, CancellationToken)"/>
    public static IAsyncEnumerable<TResult> SelectAsync<T, TResult>(IAsyncEnumerable<T> source, BatchOptions<T> options, Func<T, CancellationToken, ValueTask<TResult>> selector, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(selector);
        options.Validate();
        return StreamAsync(source, options, selector, cancellationToken);
    }

    private static async IAsyncEnumerable<TResult> StreamAsync<T, TResult>(
        IAsyncEnumerable<T> source,
        BatchOptions<T> options,
        Func<T, CancellationToken, ValueTask<TResult>> selector,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        BatchResults<TResult> results = new(options.Name, options.EffectiveMaxItemsInFlight, options.KeepsOrder);
        BatchRun<T> run = new(
            source,
            options,
            async (item, index, token) => results.Add(index, await selector(item, token).ConfigureAwait(false)),
            results.Slots,
            cancellationToken);
        Task ended = run.RunAsync();
        Task closing = results.CloseAfterAsync(ended);
        try
        {
            while (await results.WaitAsync().ConfigureAwait(false))
            {
                while (results.TryTake(out TResult? result))
                {
                    yield return result;
                }
            }
        }
        finally
        {
            // The consumer may have stopped early: nothing of the batch outlives its enumeration.
            run.Cancel();
            await closing.ConfigureAwait(false);
            results.Dispose();
        }

        if (ended.Exception is { InnerExceptions.Count: > 1 } several)
        {
            throw several;
        }

        await ended.ConfigureAwait(false);
    }

    /// <summary>A plain source in the shape of an asynchronous one.</summary>
    private sealed class SynchronousSource<T>(IEnumerable<T> source) : IAsyncEnumerable<T>
    {
        public IAsyncEnumerator<T> GetAsyncEnumerator(CancellationToken cancellationToken = default) => new Enumerator(source.GetEnumerator());

        private sealed class Enumerator(IEnumerator<T> inner) : IAsyncEnumerator<T>
        {
            public T Current => inner.Current;

            public ValueTask<bool> MoveNextAsync() => new(inner.MoveNext());

            public ValueTask DisposeAsync()
            {
                inner.Dispose();
                return default;
            }
        }
    }
}
