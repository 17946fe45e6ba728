using System.Text.Json;
using MemGuard.Evidence;

namespace MemGuard;

/// <summary>The options as a report shows them: figures, truths and words; of a directory or a callback only whether there is one.</summary>
internal static class ReportedSettings
{
    public static IReadOnlyList<(JsonEncodedText Name, ReportedSetting Value)> Of(MemGuardOptions options) =>
    [
        Named("enabled", ReportedSetting.Of(options.Enabled)),
        Named("samplingIntervalSeconds", Of(options.SamplingInterval)),
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
        Named("diagnosticReports", ReportedSetting.Of(options.DiagnosticReports)),
    ];

    private static (JsonEncodedText Name, ReportedSetting Value) Named(string name, ReportedSetting value) => (ReportedText.Of(name), value);

    private static ReportedSetting Of(TimeSpan time) => ReportedSetting.Of(time.TotalSeconds);
}
