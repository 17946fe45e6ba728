using MemGuard.Containers;
using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>Reads the container every few seconds: it costs some ten microseconds and a few kilobytes, and its limit hardly ever changes.</summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class ContainerReader(IContainerMemory container, InternalFaults faults, TimeProvider timeProvider) : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // However slow the reading is here: a limit that was lowered must not stay unnoticed.
    private static readonly TimeSpan LongestPeriod = TimeSpan.FromMinutes(1);

    private readonly SlowRead _read = new(timeProvider, Period, LongestPeriod);
    private readonly Func<ContainerDetails> _readContainer = container.Read;

    /// <summary>The container as last read; null before, and when the last reading failed.</summary>
    public ContainerDetails? Details { get; private set; }

    /// <summary>How much rarer the container is read than it would be; once a minute at least.</summary>
    public int Stretch
    {
        set => _read.Stretch = value;
    }

    /// <summary>The process's anonymous memory when the container was read.</summary>
    private long? AnonymousBytesThen { get; set; }

    /// <summary>Reads the container when it is due.</summary>
    /// <param name="elapsed">Monotonic time of the sample.</param>
    /// <param name="anonymousBytes">The process's anonymous memory at the same moment.</param>
    public void Update(TimeSpan elapsed, long? anonymousBytes)
    {
        if (!_read.IsDue(elapsed))
        {
            return;
        }

        Details = null;
        Details = faults.GetPart("reading the container's memory", (Reader: this, Elapsed: elapsed), static now => now.Reader._read.Run(now.Elapsed, now.Reader._readContainer), null);
        AnonymousBytesThen = anonymousBytes;
    }

    /// <summary>
    /// What counts against the container's limit now: as last read, moved with the process's own memory meanwhile. Null unless the limit that
    /// counts is the container's: the usage of a group without a limit, the whole machine perhaps, says nothing about a limit set by the user.
    /// </summary>
    /// <param name="memoryLimitBytes">The limit that counts.</param>
    /// <param name="anonymousBytes">The process's anonymous memory now.</param>
    public long? GetUsage(long? memoryLimitBytes, long? anonymousBytes) =>
        Details is { NearestLimitBytes: long limit, UnreclaimableBytes: long bytes } && limit == memoryLimitBytes
            ? Math.Max(0, bytes + (anonymousBytes - AnonymousBytesThen ?? 0))
            : null;

    public void Dispose() => (container as IDisposable)?.Dispose();
}
