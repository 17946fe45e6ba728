using System.Text.Json;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Telemetry;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>Turns the options, and what the stages hand out, into what a report tells of it: texts encoded, the rest as it is.</summary>
internal static class ReportMapping
{
    /// <returns>Null where there is no problem.</returns>
    public static ReportedProblem? Of(MemoryDiagnosis diagnosis) => diagnosis.Problem == MemoryProblem.None ? null : new ReportedProblem
    {
        Problem = ReportedText.Of(TagValues.Of(diagnosis.Problem)),
        IsConfirmed = diagnosis.IsConfirmed,
        Reason = ReportedText.Of(diagnosis.Reason),
        NextStep = ReportedText.Of(diagnosis.NextStep),
        BytesPerHour = diagnosis.BytesPerHour,
        TimeToLimit = diagnosis.TimeToLimit,
        TimeToLimitLow = diagnosis.TimeToLimitLow,
        TimeToLimitHigh = diagnosis.TimeToLimitHigh,
        Trends = [.. diagnosis.Trends.Select(static trend => new ReportedTrend(
            ReportedText.OfName(trend.Series), trend.Start, trend.End, trend.Window, trend.PerHour, trend.PerHourLow, trend.PerHourHigh, trend.Confidence))],
    };

    public static ReportedLimits Of(MemoryLimitAdvice advice) => new()
    {
        MemoryLimitBytes = advice.MemoryLimitBytes,
        IsMemoryLimitKnown = advice.IsMemoryLimitKnown,
        HeapLimitBytes = advice.HeapLimitBytes,
        HeapLimitOrigin = ReportedText.OfName(advice.HeapLimitOrigin),
        Findings = [.. advice.Findings.Select(static finding => (
            ReportedText.Of(finding.Rule), ReportedText.OfName(finding.Severity), ReportedText.Of(finding.Fact), ReportedText.Of(finding.Setting)))],
    };

    public static ReportedPreviousRun Of(PreviousRun run) => new(
        ReportedText.Of(TagValues.Of(run.End)),
        ReportedText.Of(run.Message),
        run.ProcessId,
        run.LastSeenAt,
        run.Uptime,
        run.ExitCode,
        run.UsedBytes,
        run.LimitBytes,
        ReportedText.OfNullable(run.Problem),
        ReportedText.OfNullable(run.Suspect));

    public static ReportedAlert Of(MemoryAlert alert) =>
        new(alert.Elapsed, ReportedText.Of(TagValues.Of(alert.Problem)), ReportedText.Of(TagValues.Of(alert.Stage)), ReportedText.Of(alert.Message));

    public static ReportedSuspect Of(LeakSuspect suspect) => new(
        ReportedText.Of(suspect.Name), suspect.RetainedBytes, suspect.Count, ReportedText.Of(suspect.CountUnit), suspect.GrowthShareRatio, ReportedText.OfNullable(suspect.NextStep));

    /// <summary>The options: figures, truths and words; of a directory or a callback only whether there is one.</summary>
    public static IReadOnlyList<(JsonEncodedText Name, ReportedSetting Value)> Of(MemGuardOptions options) =>
    [
        Named("enabled", ReportedSetting.Of(options.Enabled)),
        Named("samplingIntervalSeconds", Of(options.SamplingInterval)),
        Named("cpuBudgetPercentage", ReportedSetting.Of(options.CpuBudgetPercentage)),
        Named("warmUpSeconds", Of(options.WarmUp)),
        Named("sensitivity", ReportedSetting.Of(options.Sensitivity.ToString())),
        Named("minimumGrowthBytes", ReportedSetting.Of(options.MinimumGrowthBytes)),
        Named("minimumGrowthRatio", ReportedSetting.Of(options.MinimumGrowthRatio)),
        Named("horizonSeconds", Of(options.Horizon)),
        Named("memoryLimitBytes", ReportedSetting.Of(options.MemoryLimitBytes)),
        Named("confirmWithFullCollection", ReportedSetting.Of(options.ConfirmWithFullCollection)),
        Named("alertCooldownSeconds", Of(options.AlertCooldown)),
        Named("rearmSeconds", Of(options.Rearm)),
        Named("evidenceTimeoutSeconds", Of(options.EvidenceTimeout)),
        Named("handlerTimeoutSeconds", Of(options.HandlerTimeout)),
        Named("gcPausePercentage", ReportedSetting.Of(options.Thresholds.GCPausePercentage)),
        Named("heapLimitRatio", ReportedSetting.Of(options.Thresholds.HeapLimitRatio)),
        Named("nearLimitRatio", ReportedSetting.Of(options.Thresholds.NearLimitRatio)),
        Named("ignoredProblems", ReportedSetting.Of(string.Join(", ", options.IgnoredProblems))),
        Named("hasLoadSignal", ReportedSetting.Of(options.LoadSignal is not null)),
        Named("isRecording", ReportedSetting.Of(options.RecordTo is not null)),
        Named("logGarbageCollections", ReportedSetting.Of(options.LogGarbageCollections.ToString())),
        Named("blackBox", ReportedSetting.Of(options.BlackBox)),
        Named("probeAllowsForcedCollection", ReportedSetting.Of(options.Probe.AllowForcedCollection)),
        Named("probeAllowsNativeTrim", ReportedSetting.Of(options.Probe.AllowNativeTrim)),
        Named("diagnosticReports", ReportedSetting.Of(options.DiagnosticReports)),
    ];

    private static (JsonEncodedText Name, ReportedSetting Value) Named(string name, ReportedSetting value) => (ReportedText.Of(name), value);

    private static ReportedSetting Of(TimeSpan time) => ReportedSetting.Of(time.TotalSeconds);
}
