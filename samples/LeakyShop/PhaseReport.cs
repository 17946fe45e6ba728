namespace LeakyShop;

/// <summary>What one run looked like, from the first measurement after settling to the end.</summary>
internal sealed record PhaseReport
{
    public required double Seconds { get; init; }

    public required long LiveHeapStartBytes { get; init; }

    public required long LiveHeapEndBytes { get; init; }

    public required long WorkingSetBytes { get; init; }

    public required double Gen2PerMinute { get; init; }

    public required double PauseMillisecondsPerMinute { get; init; }

    /// <summary>Where the bytes of the working set were at the start, in megabytes by kind; empty where the system does not tell.</summary>
    public required IReadOnlyDictionary<string, double> LedgerStart { get; init; }

    public required IReadOnlyDictionary<string, double> LedgerEnd { get; init; }

    public required double P99Milliseconds { get; init; }

    public required int Requests { get; init; }

    /// <summary>Whether the live heap stayed as it was, within 4 MB a minute.</summary>
    public bool IsFlat => Math.Abs(HeapGrowthBytesPerMinute) < 4 * 1024 * 1024;

    public double HeapGrowthBytesPerMinute => (LiveHeapEndBytes - LiveHeapStartBytes) / Seconds * 60;

    public string ToLine() =>
        $"  {Seconds:0} s measured: live heap {LiveHeapStartBytes / 1048576.0:0.0} → {LiveHeapEndBytes / 1048576.0:0.0} MB ({HeapGrowthBytesPerMinute / 1048576.0:+0.0;-0.0} MB/min), working set {WorkingSetBytes / 1048576.0:0} MB, p99 {P99Milliseconds:0.0} ms, {Requests:N0} requests";
}
