using System.Globalization;

namespace Hostile;

/// <summary>What a scenario showed.</summary>
/// <param name="Name">The scenario.</param>
/// <param name="Failures">Promises that were not kept; empty when all were.</param>
/// <param name="Notes">What was seen.</param>
/// <param name="SkippedBecause">Why it could not run here; null when it ran.</param>
/// <param name="Elapsed">How long it took.</param>
internal sealed record Outcome(string Name, IReadOnlyList<string> Failures, IReadOnlyList<string> Notes, string? SkippedBecause, TimeSpan Elapsed)
{
    public override string ToString()
    {
        string verdict = SkippedBecause is not null ? "skipped: " + SkippedBecause : Failures.Count == 0 ? "ok" : "FAILED: " + string.Join("; ", Failures);
        return string.Create(CultureInfo.InvariantCulture, $"{Name} ({Elapsed.TotalSeconds:0.0} s): {verdict}") + string.Concat(Notes.Select(static note => "\n    " + note));
    }
}
