namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Receives what a <see cref="NettraceReader"/> finds.</summary>
internal interface INettraceSink
{
    /// <param name="eventId">Id of the runtime's event.</param>
    /// <param name="captureThread">The thread that wrote it.</param>
    /// <param name="sequence">That thread's running number.</param>
    /// <param name="payload">The event's content, valid during the call.</param>
    void OnEvent(int eventId, ulong captureThread, uint sequence, ReadOnlySpan<byte> payload);

    /// <summary>Called for each thread of a sequence point, with the number the writer has reached.</summary>
    void OnSequencePoint(ulong captureThread, uint sequence);
}
