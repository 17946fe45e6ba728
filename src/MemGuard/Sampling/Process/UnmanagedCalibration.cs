namespace MemGuard.Sampling;

/// <summary>
/// Keeps the estimate of unmanaged memory between two page scans in step with the last scan, so that a series of samples does not jump at
/// every scan by what the GC has committed but never touched.
/// </summary>
internal sealed class UnmanagedCalibration
{
    private const long SmallChange = 16 << 20;

    private long? _untouched;
    private long _heapAtScan;

    /// <summary>The sample's unmanaged bytes: measured when it has a scan, carried on from the last scan, or else estimated.</summary>
    public long? Apply(in MemorySample sample)
    {
        if (UnmanagedEstimate.Measured(sample) is long measured)
        {
            _untouched = UnmanagedEstimate.Untouched(sample);
            _heapAtScan = UnmanagedEstimate.GetLargerHeap(sample) ?? 0;
            return measured;
        }

        return _untouched is long untouched ? UnmanagedEstimate.Carried(sample, untouched) : UnmanagedEstimate.From(sample);
    }

    /// <summary>Whether the heap has changed so much since the last scan that the next one should not wait for its turn.</summary>
    public bool WantsScan(in MemorySample sample) =>
        _untouched is null
        || (UnmanagedEstimate.GetLargerHeap(sample) is long heap && Math.Abs(heap - _heapAtScan) > Math.Max(SmallChange, _heapAtScan / 8));
}
