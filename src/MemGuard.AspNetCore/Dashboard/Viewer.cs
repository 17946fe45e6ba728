using System.Threading.Channels;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>One open page: a mailbox with one slot, in which the newest wins.</summary>
internal sealed class Viewer(EventHub hub, long joinedAt, Action abort) : IDisposable
{
    private readonly Channel<byte[]> _slot = Channel.CreateBounded<byte[]>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true });

    /// <summary>Timestamp since when a write waits for the client; 0 while none does.</summary>
    private long _sendingSince;

    public long JoinedAt => joinedAt;

    public long SendingSince => Volatile.Read(ref _sendingSince);

    public void Post(byte[] news) => _slot.Writer.TryWrite(news);

    /// <summary>Ends the stream after what is in the slot.</summary>
    public void End() => _slot.Writer.TryComplete();

    /// <summary>Ends the connection: its client has stopped reading.</summary>
    public void Abort()
    {
        End();
        Containment.Run(abort);
    }

    /// <returns>Null when the stream has ended.</returns>
    public async ValueTask<byte[]?> TakeAsync(CancellationToken cancellationToken) =>
        await _slot.Reader.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && _slot.Reader.TryRead(out byte[]? news) ? news : null;

    public async Task SendAsync(Stream body, byte[] news, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _sendingSince, hub.Now);
        await body.WriteAsync(news, cancellationToken).ConfigureAwait(false);
        await body.FlushAsync(cancellationToken).ConfigureAwait(false);
        Volatile.Write(ref _sendingSince, 0);
    }

    public void Dispose() => hub.Leave(this);
}
