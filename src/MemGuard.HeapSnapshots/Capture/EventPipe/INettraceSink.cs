namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Receives what a <see cref="NettraceReader"/> finds.</summary>
internal interface INettraceSink
{
    /// <summary>Part of the id of an event that the runtime's rundown provider wrote: the two use the same numbers.</summary>
    const int Rundown = 1 << 16;

    /// <param name="eventId">Id of the runtime's event; 0 for another provider's, which still counts in its thread's numbers.</param>
    /// <param name="header">The thread that wrote it, that thread's running number, and the number of its stack.</param>
    /// <param name="payload">The event's content, valid during the call.</param>
    void OnEvent(int eventId, in NettraceEventHeader header, ReadOnlySpan<byte> payload);

    /// <summary>Called for each stack, before the events that have its number.</summary>
    /// <param name="id">Its number, used anew after a sequence point.</param>
    /// <param name="addresses">Addresses of code, innermost first, eight bytes each in a process of 64 bits. Valid during the call.</param>
    void OnStack(uint id, ReadOnlySpan<byte> addresses)
    {
    }

    /// <summary>Called for each thread of a sequence point, with the number the writer has reached.</summary>
    void OnSequencePoint(ulong captureThread, uint sequence);
}
