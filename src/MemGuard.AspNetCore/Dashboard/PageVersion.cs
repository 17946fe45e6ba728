using System.Globalization;
using MemGuard.Triage;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>What the page's lists are as of; the text is another one when they have changed.</summary>
internal sealed class PageVersion(PageVersion.Parts madeOf)
{
    public Parts MadeOf => madeOf;

    /// <summary>Whether anything is suspected or confirmed.</summary>
    public bool HasProblem => madeOf.Problem != MemoryProblem.None;

    public string Text { get; } = string.Create(
        CultureInfo.InvariantCulture,
        $"{madeOf.Alerts}-{madeOf.LastAlertSeconds}-{madeOf.Suspects}-{(int)madeOf.Problem}{(madeOf.IsConfirmed ? 'c' : 's')}-{madeOf.Snapshots}-{madeOf.Runs}");

    /// <param name="Alerts">How many there are.</param>
    /// <param name="LastAlertSeconds">When the newest was raised, after the start.</param>
    /// <param name="Suspects">Of all alerts together: they come later than the alert itself.</param>
    /// <param name="Problem">What the verdict is.</param>
    /// <param name="IsConfirmed">And its stage.</param>
    /// <param name="Snapshots">Version of the list of snapshots.</param>
    /// <param name="Runs">Version of what a capture has come to.</param>
    internal readonly record struct Parts(int Alerts, long LastAlertSeconds, int Suspects, MemoryProblem Problem, bool IsConfirmed, string Snapshots, int Runs);
}
