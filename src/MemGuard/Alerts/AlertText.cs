using System.Globalization;
using System.Text;
using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>Writes an alert as the one line that somebody reads at night: fact, suspect, next step.</summary>
internal static class AlertText
{
    private const int MaxSuspects = 3;

    /// <summary>Digits of a fingerprint in the line.</summary>
    private const int ShownDigits = 8;

    public static string Compose(AlertRequest request, EvidenceResult evidence, string helpLink)
    {
        MemoryDiagnosis diagnosis = request.Diagnosis;
        StringBuilder line = new(256);
        if (request.LateEvidence is not null)
        {
            // The alert said what grows; this says what holds it.
            line.Append(Title(request)).Append(", found after the alert:");
        }
        else
        {
            line.Append(Title(request)).Append(": ").Append(request.Stage == AlertStage.Resolved && diagnosis.EndedBecause is { } ended ? $"{ended}; " : "")
                .Append(request.Step == EscalationStep.AtTheLimit ? diagnosis.ReasonAtTheLimit ?? diagnosis.Reason : diagnosis.Reason);
            EndSentence(line);
        }

        if (request.Stage == AlertStage.Resolved)
        {
            return line.ToString();
        }

        AppendSuspects(line, evidence);
        string nextStep = evidence.Suspects is [var suspect, ..] ? suspect.NextStep ?? diagnosis.NextStepOfSuspect ?? diagnosis.NextStep : diagnosis.NextStep;
        line.Append(" Next: ").Append(SingleLine(nextStep));
        EndSentence(line);
        AppendReport(line, evidence);
        return line.Append(' ').Append(helpLink).ToString();
    }

    public static string Anchor(MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak => "managed-leak",
        MemoryProblem.UnmanagedGrowth => "unmanaged-growth",
        MemoryProblem.GCThrash => "gc-thrash",
        MemoryProblem.HeapFragmentation => "heap-fragmentation",
        MemoryProblem.NearMemoryLimit => "near-memory-limit",
        _ => "no-problem",
    };

    // "Growing" while suspected: the word leak needs live objects counted after full collections.
    private static string Title(AlertRequest request) => request.Stage switch
    {
        AlertStage.Suspected => "Suspected: " + Suspicion(request.Problem),
        AlertStage.Resolved when request.WasConfirmed => Name(request.Problem) + " resolved",
        AlertStage.Resolved => "Withdrawn: " + Suspicion(request.Problem),
        _ => Name(request.Problem) + Nearness(request.Step),
    };

    private static string Nearness(EscalationStep step) => step switch
    {
        EscalationStep.UnderAnHour => " goes on, limit in less than an hour",
        EscalationStep.UnderTenMinutes => " goes on, limit in less than ten minutes",
        EscalationStep.AtTheLimit => " has reached the limit",
        _ => "",
    };

    private static string Suspicion(MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak => "managed memory is growing",
        MemoryProblem.UnmanagedGrowth => "unmanaged memory is growing",
        MemoryProblem.HeapFragmentation => "heap fragmentation is growing",
        MemoryProblem.GCThrash => "GC thrash is near",
        _ => "the memory limit is near",
    };

    private static string Name(MemoryProblem problem) => problem switch
    {
        MemoryProblem.ManagedLeak => "Managed leak",
        MemoryProblem.UnmanagedGrowth => "Unmanaged growth",
        MemoryProblem.GCThrash => "GC thrash",
        MemoryProblem.HeapFragmentation => "Heap fragmentation",
        MemoryProblem.NearMemoryLimit => "Near memory limit",
        _ => "No problem",
    };

    private static void AppendSuspects(StringBuilder line, EvidenceResult evidence)
    {
        IReadOnlyList<LeakSuspect> suspects = evidence.Suspects;
        for (int i = 0; i < suspects.Count && i < MaxSuspects; i++)
        {
            line.Append(i == 0 ? " Suspect: " : "; or ");
            AppendSuspect(line, suspects[i]);
        }

        if (suspects.Count > 0)
        {
            EndSentence(line);
        }
        else if (evidence.NoneBecause is { } reason)
        {
            line.Append(" No suspect: ").Append(SingleLine(reason));
            EndSentence(line);
        }
    }

    private static void AppendReport(StringBuilder line, EvidenceResult evidence)
    {
        // First of all somebody saves it: a restart may delete the folder.
        if (evidence.Files is [var report, ..])
        {
            line.Append(" Report: ").Append(SingleLine(report)).Append('.');
        }
    }

    private static void AppendSuspect(StringBuilder line, LeakSuspect suspect)
    {
        line.Append(SingleLine(suspect.Name));
        if (suspect.Count is { } count)
        {
            line.Append(CultureInfo.InvariantCulture, $", {count:N0} {SingleLine(suspect.CountUnit)}");
        }

        if (suspect.RetainedBytes is { } retained)
        {
            line.Append(CultureInfo.InvariantCulture, $", {ByteText.Of(retained)} retained");
        }

        if (suspect.GrowthShareRatio is { } share)
        {
            line.Append(CultureInfo.InvariantCulture, $" ({share * 100:0} % of the growth)");
        }

        if (suspect.Fingerprint is { Length: > 0 } fingerprint)
        {
            // In brackets, where grep finds the same leak in the lines of all instances.
            line.Append(" [").Append(SingleLine(fingerprint.Length > ShownDigits ? fingerprint[..ShownDigits] : fingerprint)).Append(']');
        }
    }

    // An evidence collector of the user's may name something with a line break or an escape sequence in it; an alert stays one line that can be read.
    private static string SingleLine(string text) => VisibleText.Of(text.ReplaceLineEndings(" "));

    private static void EndSentence(StringBuilder line)
    {
        if (line[^1] != '.')
        {
            line.Append('.');
        }
    }
}
