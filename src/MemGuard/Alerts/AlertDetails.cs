using MemGuard.Evidence;
using MemGuard.Triage;

namespace MemGuard.Alerts;

/// <summary>The parts of an alert's line as properties: a log store searches and groups by them. Names and units are stable; what is unknown is absent.</summary>
internal static class AlertDetails
{
    public static KeyValuePair<string, object?>[] Of(MemoryAlert alert)
    {
        List<KeyValuePair<string, object?>> details = new(20);
        Add("Problem", alert.Problem.ToString());
        Add("Stage", alert.Stage.ToString());
        AddFigures(alert.Diagnosis);
        if (alert.Diagnosis.Problem != MemoryProblem.None && NearestLimit.Of(alert.Diagnosis) is { } limit)
        {
            Add("Limit", limit.Name);
            Add("LimitBytes", limit.Bytes);
        }

        AddSuspect(alert.Suspects);
        Add("NoSuspectBecause", alert.Suspects.Count > 0 ? null : alert.Evidence.NoneBecause);
        Add("ReportPath", alert.Evidence.Files is [var report, ..] ? report : null);
        Add("HelpLink", alert.HelpLink);
        return [.. details];

        void Add(string name, object? value)
        {
            if (value is not null)
            {
                details.Add(DetailedLogger.Detail(name, value is string text ? VisibleText.Of(text) : value));
            }
        }

        void AddFigures(MemoryDiagnosis diagnosis)
        {
            if (diagnosis.Figures is { } figures)
            {
                Add("StartBytes", (long)figures.Start);
                Add("EndBytes", (long)figures.End);
                Add("WindowSeconds", Math.Round(figures.Window.TotalSeconds));
                Add("BytesPerHour", Math.Round(figures.PerHour));
            }

            Add("SecondsToLimit", Seconds(diagnosis.TimeToLimit));
            Add("SecondsToLimitLow", Seconds(diagnosis.TimeToLimitLow));
            Add("SecondsToLimitHigh", Seconds(diagnosis.TimeToLimitHigh));
        }

        void AddSuspect(IReadOnlyList<LeakSuspect> suspects)
        {
            if (suspects is not [var suspect, ..])
            {
                return;
            }

            Add("Suspect", suspect.Name);
            Add("SuspectCount", suspect.Count);
            Add("RetainedBytes", suspect.RetainedBytes);
            Add("GrowthShareRatio", suspect.GrowthShareRatio is { } share ? Math.Round(share, 3) : null);
            Add("Fingerprint", suspect.Fingerprint);
        }
    }

    private static double? Seconds(TimeSpan? time) => time is { } known ? Math.Round(known.TotalSeconds) : null;
}
