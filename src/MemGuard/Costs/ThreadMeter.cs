namespace MemGuard.Costs;

/// <summary>Adds what one thread of MemGuard's own has used to the costs. For that thread alone.</summary>
internal sealed class ThreadMeter(OwnCosts costs, CostPart part)
{
    // As last noted. The thread works for MemGuard from its start on, so both begin at 0.
    private TimeSpan _processorTime;
    private long _allocatedBytes;

    /// <summary>Notes what was used since the last call. One system call, 0 bytes.</summary>
    public void Note()
    {
        long allocated = GC.GetAllocatedBytesForCurrentThread();
        TimeSpan used = ThreadClock.Read() ?? _processorTime;
        costs.AddWork(part, used - _processorTime, allocated - _allocatedBytes);
        (_processorTime, _allocatedBytes) = (used, allocated);
    }
}
