namespace MemGuard.AspNetCore;

/// <summary>How much a response may pile up in the server, and how long it waits for its client.</summary>
public sealed class ResponseLimitOptions
{
    /// <summary>The most bytes that a handler may have written and the server not yet handed on. Code that asks for more gets an exception instead of memory.</summary>
    /// <value>
    /// The default is 16 MiB: code that writes a whole string at once needs as much as the string. Streams, files and JSON are sent in pieces and need
    /// 32 KiB. At least 1 KiB.
    /// </value>
    public long MaxUnflushedBytes { get; set; } = 16L << 20;

    /// <summary>How long a response waits for a client that takes nothing before the connection is ended.</summary>
    /// <value>The default is 30 seconds. From 20 milliseconds to 1 day; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever.</value>
    public TimeSpan SlowClientTimeout { get; set; } = TimeSpan.FromSeconds(30);

    internal void Validate()
    {
        if (MaxUnflushedBytes < 1024)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxUnflushedBytes), MaxUnflushedBytes, $"{nameof(MaxUnflushedBytes)} must be at least 1024 bytes.");
        }

        if (SlowClientTimeout != Timeout.InfiniteTimeSpan && (SlowClientTimeout < TimeSpan.FromMilliseconds(20) || SlowClientTimeout > TimeSpan.FromDays(1)))
        {
            throw new ArgumentOutOfRangeException(nameof(SlowClientTimeout), SlowClientTimeout, $"{nameof(SlowClientTimeout)} must be from 20 milliseconds to 1 day, or infinite.");
        }
    }
}
