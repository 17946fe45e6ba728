using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>Takes every sample, to keep it. Called on the sampling thread: it must neither block nor touch a disk there.</summary>
internal interface ISampleSink : IDisposable
{
    /// <summary>Begins to take samples.</summary>
    void Start();

    /// <summary>Takes one sample.</summary>
    void Add(in MemorySample sample);
}
