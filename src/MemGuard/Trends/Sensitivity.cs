namespace MemGuard.Trends;

/// <summary>How much growth, compared with the headroom, makes an alert.</summary>
public enum Sensitivity
{
    /// <summary>Later and surer: asks for 1.4 times the growth that <see cref="Normal"/> asks for.</summary>
    Low,

    /// <summary>The setting for which the error rates in docs/detector.md are measured.</summary>
    Normal,

    /// <summary>Earlier, with more false alarms: asks for 0.7 times the growth that <see cref="Normal"/> asks for.</summary>
    High,
}
