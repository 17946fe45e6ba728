using System.Diagnostics.CodeAnalysis;
using System.Threading.Channels;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>One open page: a mailbox with one slot, in which the newest wins.</summary>
internal sealed class Viewer(EventHub hub, long joinedAt, Action abort) : IDisposable
{
    private readonly Channel<SharedText> _slot = Channel.CreateBounded<SharedText>(
        new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
        static missed => missed.Return());

    /// <summary>Timestamp since when a write waits for the client; 0 while none does.</summary>
    private long _sendingSince;

    public long JoinedAt => joinedAt;

    public long SendingSince => Volatile.Read(ref _sendingSince);

    public void Post(SharedText news)
    {
        if (!_slot.Writer.TryWrite(news.Share()))
        {
            news.Return();
        }
    }

    /// <summary>Ends the stream after what is in the slot.</summary>
    public void End() => _slot.Writer.TryComplete();

    /// <summary>Ends the connection: its client has stopped reading.</summary>
    public void Abort()
    {
        End();
        Containment.Run(abort);
    }

    /// <summary>Waits for news without allocating, which a token would change: <see cref="End"/> ends the wait.</summary>
    /// <returns>False when the stream has ended.</returns>
    public ValueTask<bool> WaitAsync() => _slot.Reader.WaitToReadAsync();

    public bool TryTake([MaybeNullWhen(false)] out SharedText news) => _slot.Reader.TryRead(out news);

    public async Task SendAsync(Stream body, ReadOnlyMemory<byte> news, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _sendingSince, hub.Now);
        await body.WriteAsync(news, cancellationToken).ConfigureAwait(false);
        await body.FlushAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _sendingSince, 0);
    }

    public void Dispose() => hub.Leave(this);
}
