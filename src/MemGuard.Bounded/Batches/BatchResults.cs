using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Bounded;

/// <summary>Results on their way from the workers to the consumer, in the order of the source or as they come.</summary>
internal sealed class BatchResults<TResult> : IDisposable
{
    /// <summary>Results that may be taken. Has room for all slots, so a worker never waits with a result.</summary>
    private readonly BoundedQueue<TResult> _ready;

    /// <summary>In order: what came before its turn, at its index modulo the number of slots. Guarded by the lock on itself, like _next.</summary>
    private readonly (bool IsThere, TResult Result)[]? _early;

    private readonly Lock _gate = new();

    /// <summary>Index whose turn it is.</summary>
    private long _next;

    public BatchResults(string name, int maxItemsInFlight, bool keepsOrder)
    {
        Slots = new SemaphoreSlim(maxItemsInFlight, maxItemsInFlight);
        _ready = new BoundedQueue<TResult>(new BoundedQueueOptions<TResult> { Name = $"{name} results", Capacity = maxItemsInFlight, FullMode = BoundedQueueFullMode.Reject });
        _early = keepsOrder ? new (bool, TResult)[maxItemsInFlight] : null;
    }

    /// <summary>One for each item that may be in flight or untaken.</summary>
    public SemaphoreSlim Slots { get; }

    public void Add(long index, TResult result)
    {
        if (_early is null)
        {
            _ready.TryEnqueue(result);
            return;
        }

        // Within the lock, or two workers could hand on out of order.
        lock (_gate)
        {
            _early[index % _early.Length] = (true, result);
            while (_early[_next % _early.Length].IsThere)
            {
                ref (bool IsThere, TResult Result) turn = ref _early[_next % _early.Length];
                _ready.TryEnqueue(turn.Result);
                turn = default;
                _next++;
            }
        }
    }

    public ValueTask<bool> WaitAsync() => _ready.WaitToReadAsync(CancellationToken.None);

    public bool TryTake([MaybeNullWhen(false)] out TResult result)
    {
        if (!_ready.TryRead(out result))
        {
            return false;
        }

        Slots.Release();
        return true;
    }

    public async Task CloseAfterAsync(Task ended)
    {
        await ended.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ready.TryComplete(null);
    }

    public void Dispose()
    {
        _ready.Dispose();
        Slots.Dispose();
    }
}
