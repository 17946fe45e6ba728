using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>Takes every sample, to keep it. Called on the sampling thread: it must neither block nor touch a disk there.</summary>
internal interface ISampleSink : IDisposable
{
    /// <summary>Samples that were kept.</summary>
    long TotalRowsWritten { get; }

    /// <summary>Samples lost because the sink was behind or what it writes to failed.</summary>
    long TotalRowsDropped { get; }

    /// <summary>Begins to take samples.</summary>
    void Start();

    /// <summary>Takes one sample.</summary>
    void Add(in MemorySample sample);

    /// <summary>Keeps what was added so far and ends.</summary>
    /// <param name="longest">The longest that this waits for it.</param>
    void Stop(TimeSpan longest);
}
