using MemGuard.Triage;

namespace DetectorEvaluation.Scoring;

/// <summary>What one detector did on one simulated run.</summary>
internal sealed record RunOutcome(string Family, int Seed, string Detector, MemoryProblem Truth, double Days)
{
    /// <summary>Episodes of confirmed growth where nothing leaked (or not yet).</summary>
    public int FalseAlarms { get; set; }

    /// <summary>First right alarm: its time, kind and forecast.</summary>
    public double? DetectedAt { get; set; }

    public MemoryProblem Kind { get; set; }

    /// <summary>Forecast over the truth at the first alarm; null when none was made.</summary>
    public double? ForecastRatio { get; set; }

    /// <summary>Share of the time from the leak's begin to the limit that had passed at the alarm.</summary>
    public double? Latency { get; set; }

    /// <summary>Suspicions raised, and those of them that were neither confirmed nor withdrawn by the end.</summary>
    public int Suspicions { get; set; }

    public int OpenSuspicions { get; set; }

    /// <summary>Full collections that the detector asked for and got.</summary>
    public int Collections { get; set; }

    /// <summary>Heap snapshots that were taken to learn who holds the growth.</summary>
    public int Snapshots { get; set; }

    /// <summary>Seconds from the leak's begin to the limit.</summary>
    public double? TimeToLimit { get; set; }

    /// <summary>Seconds of uptime at which the leak begins.</summary>
    public double? Onset { get; set; }

    public string Note { get; set; } = "";

    public bool IsLeak => Truth != MemoryProblem.None;
}
