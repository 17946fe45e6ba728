using System.Globalization;

namespace MemGuard.Evidence;

/// <summary>What a forced collection found alive, or why none was made.</summary>
/// <remarks>Immutable. What is unknown is null.</remarks>
public sealed record LiveMeasurement
{
    /// <summary>How it was collected.</summary>
    public ProbeCollection Collection { get; init; }

    /// <summary>Why nothing was measured, as a sentence; null where it was.</summary>
    public string? RefusedBecause { get; init; }

    /// <summary>When the next attempt may be made; null where it is not a matter of time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>The managed heap before, garbage included.</summary>
    public long? BeforeBytes { get; init; }

    /// <summary>What was alive after the collection.</summary>
    public long? LiveBytes { get; init; }

    /// <summary>Working set before.</summary>
    public long? WorkingSetBeforeBytes { get; init; }

    /// <summary>Working set after.</summary>
    public long? WorkingSetAfterBytes { get; init; }

    /// <summary>How long the process was paused by it, all pauses together.</summary>
    public TimeSpan? Pause { get; init; }

    /// <summary>The share of the heap that is retained and not garbage, 0–1.</summary>
    public double? RetainedRatio => LiveBytes is long live && BeforeBytes is long before && before > 0 ? Math.Min(1, (double)live / before) : null;

    /// <summary>The measurement as one line, or the refusal.</summary>
    public override string ToString() => RefusedBecause is { } reason
        ? $"Probe refused: {reason}."
        : string.Create(
            CultureInfo.InvariantCulture,
            $"Probe: {ByteText.Of(BeforeBytes, "unknown")} → {ByteText.Of(LiveBytes, "unknown")} live after a forced {Kind} (paused {Pause?.TotalMilliseconds ?? double.NaN:0.#} ms): {RetainedRatio * 100 ?? double.NaN:0} % retained, not garbage");

    private string Kind => Collection switch
    {
        ProbeCollection.Background => "background gen2",
        ProbeCollection.Blocking => "blocking gen2",
        _ => "aggressive gen2",
    };
}
