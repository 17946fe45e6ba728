namespace MemGuard.Telemetry;

/// <summary>How many different fingerprints may become series: one process must not fill a metrics backend, whatever it finds in its life.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class SuspectAllowance(int most = 20)
{
    private readonly HashSet<string> _taken = new(StringComparer.Ordinal);

    /// <summary>The process's own: a session that ends and begins again gets no new one.</summary>
    public static SuspectAllowance OfProcess { get; } = new();

    /// <returns>Whether this one is known already, or there is place for it.</returns>
    public bool TryTake(string fingerprint)
    {
        lock (_taken)
        {
            return _taken.Contains(fingerprint) || (_taken.Count < most && _taken.Add(fingerprint));
        }
    }
}
