using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>How much a <see cref="BoundedPipeWriter"/> lets pile up, and how long it waits for a reader.</summary>
public sealed class BoundedPipeWriterOptions
{
    /// <summary>The name in metrics, logs and exceptions; writers of one name are counted together.</summary>
    /// <value>The default is <c>pipe_writer</c>. One name a use, not one a request; must not be empty.</value>
    public string Name { get; set; } = "pipe_writer";

    /// <summary>Unflushed bytes from which <see cref="BoundedPipeWriter.FlushIfNeededAsync"/> flushes, and the slice in which a large write goes out.</summary>
    /// <value>The default is 32 KiB. From 1 byte to <see cref="MaxUnflushedBytes"/>; 16 to 64 KiB is where flushing stops being noticeable.</value>
    public int FlushThreshold { get; set; } = 32 * 1024;

    /// <summary>The most bytes that may be written and not yet taken by the reader's side; a flush that still waits counts too.</summary>
    /// <value>The default is 1 MiB. At least <see cref="FlushThreshold"/>. Asking for more throws instead of growing.</value>
    public long MaxUnflushedBytes { get; set; } = 1024 * 1024;

    /// <summary>How long one flush may wait for the reader before the writer gives up on it.</summary>
    /// <value>The default is 30 seconds. At least 20 milliseconds; <see cref="Timeout.InfiniteTimeSpan"/> waits for ever. Accurate to an eighth, at most 250 ms.</value>
    public TimeSpan StalledReaderTimeout { get; set; } = TimeSpan.FromSeconds(30);

    /// <summary>Called once, on the thread pool, when the reader has stalled. In ASP.NET Core, <c>HttpContext.Abort</c>: nothing else frees the connection.</summary>
    /// <value>The default is null. What it throws is contained.</value>
    public Action? ReaderStalled { get; set; }

    /// <summary>Receives one warning for each name when a flush is ignored or a reader stalls.</summary>
    /// <value>The default is null: the logger of the host that watches with <c>AddMemGuard</c>, or that of <see cref="BoundedStructures.SetLogger"/>; where there is neither, exceptions and counters tell it alone.</value>
    public ILogger? Logger { get; set; }

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException($"{nameof(Name)} must not be empty.", nameof(Name));
        }

        if (FlushThreshold <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(FlushThreshold), FlushThreshold, $"{nameof(FlushThreshold)} of '{Name}' must be positive.");
        }

        if (MaxUnflushedBytes < FlushThreshold)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxUnflushedBytes), MaxUnflushedBytes, $"{nameof(MaxUnflushedBytes)} of '{Name}' must be at least {nameof(FlushThreshold)} ({FlushThreshold}).");
        }

        if (StalledReaderTimeout < TimeSpan.FromMilliseconds(20) && StalledReaderTimeout != Timeout.InfiniteTimeSpan)
        {
            throw new ArgumentOutOfRangeException(nameof(StalledReaderTimeout), StalledReaderTimeout, $"{nameof(StalledReaderTimeout)} of '{Name}' must be at least 20 milliseconds, or infinite.");
        }
    }
}
