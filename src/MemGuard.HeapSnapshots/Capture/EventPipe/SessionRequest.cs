namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What a session of runtime events is to contain.</summary>
/// <param name="Keywords">Kinds of events.</param>
/// <param name="Level">How much of them: 4 informational, 5 verbose.</param>
/// <param name="BufferMegabytes">The runtime's buffer, in megabytes; allocated as it fills.</param>
internal readonly record struct SessionRequest(ulong Keywords, uint Level, uint BufferMegabytes)
{
    /// <summary>Kinds of events by which the runtime lists what it holds when the session ends; 0 for none.</summary>
    public ulong RundownKeywords { get; init; }

    /// <summary>Whether each event has its stack.</summary>
    public bool HasStacks { get; init; }
}
