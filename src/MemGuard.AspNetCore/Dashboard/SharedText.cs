using System.Buffers;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>
/// News for all viewers in one buffer, which is used again once the last of them has sent it: a page that is open for days leaves nothing behind with each tick.
/// </summary>
/// <remarks>Who takes a share gives it back; one that is forgotten costs the buffer, which is then collected like any object.</remarks>
internal sealed class SharedText(SharedTextPool pool)
{
    private readonly ArrayBufferWriter<byte> _text = new(512);

    /// <summary>Interlocked.</summary>
    private int _shares;

    public ReadOnlyMemory<byte> Text => _text.WrittenMemory;

    /// <summary>Where it is written, by whoever rented it and before anybody else has a share.</summary>
    public ArrayBufferWriter<byte> Writer => _text;

    public SharedText Share()
    {
        Interlocked.Increment(ref _shares);
        return this;
    }

    public void Return()
    {
        if (Interlocked.Decrement(ref _shares) == 0)
        {
            _text.ResetWrittenCount();
            pool.Put(this);
        }
    }
}
