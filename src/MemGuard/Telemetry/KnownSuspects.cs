using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>The leak suspects of the confirmed problems that are open: those that the alert's line names, and that have a fingerprint.</summary>
/// <remarks>Thread-safe.</remarks>
/// <param name="isWanted">Whether suspects are published at all: their names become series.</param>
/// <param name="allowance">How many different ones may be.</param>
internal sealed class KnownSuspects(bool isWanted, SuspectAllowance allowance)
{
    private const int MaxOfOneProblem = 3;

    private readonly Dictionary<MemoryProblem, (string Fingerprint, string Name)[]> _open = [];

    public IReadOnlyList<(string Fingerprint, string Name)> Open
    {
        get
        {
            lock (_open)
            {
                return [.. _open.Values.SelectMany(static suspects => suspects).DistinctBy(static suspect => suspect.Fingerprint)];
            }
        }
    }

    /// <summary>Takes note of an alert, or of evidence that came after it.</summary>
    public void Note(MemoryAlert alert)
    {
        if (!isWanted || alert.Stage == AlertStage.Suspected)
        {
            return;
        }

        lock (_open)
        {
            if (alert.Stage == AlertStage.Resolved)
            {
                _open.Remove(alert.Problem);
            }
            else if (alert.Suspects.Count > 0)
            {
                _open[alert.Problem] = [.. alert.Suspects.Take(MaxOfOneProblem).Where(IsAllowed).Select(static suspect => (suspect.Fingerprint!, VisibleText.OfName(suspect.Name)))];
            }
        }
    }

    private bool IsAllowed(LeakSuspect suspect) => suspect.Fingerprint is { } fingerprint && allowance.TryTake(fingerprint);
}
