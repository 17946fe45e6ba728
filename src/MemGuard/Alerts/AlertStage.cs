namespace MemGuard.Alerts;

/// <summary>How far an alert has come.</summary>
public enum AlertStage
{
    /// <summary>Memory is growing; it may still be a warm-up. Logged at Information.</summary>
    Suspected,

    /// <summary>The problem is certain enough to act on. Logged at Warning.</summary>
    Confirmed,

    /// <summary>The growth ended or the suspicion was withdrawn. Logged at Information.</summary>
    Resolved,
}
