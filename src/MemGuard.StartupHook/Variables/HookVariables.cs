using MemGuard.Evidence;
using MemGuard.HeapSnapshots;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.StartupHook.Variables;

/// <summary>The one table of variables. A test holds it against the options and against the documentation.</summary>
internal static class HookVariables
{
    /// <summary>Variables that are no options: the switch, the tool's folder.</summary>
    public static IReadOnlyList<string> Others { get; } = ["MEMGUARD_DISABLED", "MEMGUARD_SESSION"];

    public static IReadOnlyList<HookVariable> All { get; } =
    [
        new("MEMGUARD_LOG", "", static (to, text) => to.Log = ValueText.Choice<HookLogDestination>(text)),
        new("MEMGUARD_VERBOSE", "", static (to, text) => to.IsVerbose = ValueText.Switch(text)),
        new("MEMGUARD_ENABLED", "Enabled", static (to, text) => to.Options.Enabled = ValueText.Switch(text)),
        new("MEMGUARD_SAMPLING_INTERVAL", "SamplingInterval", static (to, text) => to.Options.SamplingInterval = ValueText.Time(text)),
        new("MEMGUARD_CPU_BUDGET_PERCENTAGE", "CpuBudgetPercentage", static (to, text) => to.Options.CpuBudgetPercentage = ValueText.Number(text)),
        new("MEMGUARD_WARM_UP", "WarmUp", static (to, text) => to.Options.WarmUp = ValueText.Time(text)),
        new("MEMGUARD_SENSITIVITY", "Sensitivity", static (to, text) => to.Options.Sensitivity = ValueText.Choice<Sensitivity>(text)),
        new("MEMGUARD_MINIMUM_GROWTH_BYTES", "MinimumGrowthBytes", static (to, text) => to.Options.MinimumGrowthBytes = ValueText.Bytes(text)),
        new("MEMGUARD_MINIMUM_GROWTH_RATIO", "MinimumGrowthRatio", static (to, text) => to.Options.MinimumGrowthRatio = ValueText.Number(text)),
        new("MEMGUARD_HORIZON", "Horizon", static (to, text) => to.Options.Horizon = ValueText.Time(text)),
        new("MEMGUARD_MEMORY_LIMIT_BYTES", "MemoryLimitBytes", static (to, text) => to.Options.MemoryLimitBytes = ValueText.Bytes(text)),
        new("MEMGUARD_CONFIRM_WITH_FULL_COLLECTION", "ConfirmWithFullCollection", static (to, text) => to.Options.ConfirmWithFullCollection = ValueText.Switch(text)),
        new("MEMGUARD_ALERT_COOLDOWN", "AlertCooldown", static (to, text) => to.Options.AlertCooldown = ValueText.Time(text)),
        new("MEMGUARD_REARM", "Rearm", static (to, text) => to.Options.Rearm = ValueText.Time(text)),
        new("MEMGUARD_EVIDENCE_TIMEOUT", "EvidenceTimeout", static (to, text) => to.Options.EvidenceTimeout = ValueText.Time(text)),
        new("MEMGUARD_HANDLER_TIMEOUT", "HandlerTimeout", static (to, text) => to.Options.HandlerTimeout = ValueText.Time(text)),
        new("MEMGUARD_THRESHOLDS__GC_PAUSE_PERCENTAGE", "Thresholds:GCPausePercentage", static (to, text) => to.Options.Thresholds.GCPausePercentage = ValueText.Number(text)),
        new("MEMGUARD_THRESHOLDS__HEAP_LIMIT_RATIO", "Thresholds:HeapLimitRatio", static (to, text) => to.Options.Thresholds.HeapLimitRatio = ValueText.Number(text)),
        new("MEMGUARD_THRESHOLDS__NEAR_LIMIT_RATIO", "Thresholds:NearLimitRatio", static (to, text) => to.Options.Thresholds.NearLimitRatio = ValueText.Number(text)),
        new("MEMGUARD_IGNORED_PROBLEMS", "IgnoredProblems", static (to, text) => Ignore(to.Options, text)),
        new("MEMGUARD_RECORD_TO", "RecordTo", static (to, text) => to.Options.RecordTo = text),
        new("MEMGUARD_RECORD_MAX_FILE_BYTES", "RecordMaxFileBytes", static (to, text) => to.Options.RecordMaxFileBytes = ValueText.Bytes(text)),
        new("MEMGUARD_RECORD_MAX_FILES", "RecordMaxFiles", static (to, text) => to.Options.RecordMaxFiles = ValueText.Count(text)),
        new("MEMGUARD_LOG_GARBAGE_COLLECTIONS", "LogGarbageCollections", static (to, text) => to.Options.LogGarbageCollections = ValueText.Choice<GarbageCollectionLogging>(text)),
        new("MEMGUARD_BLACK_BOX", "BlackBox", static (to, text) => to.Options.BlackBox = ValueText.Switch(text)),
        new("MEMGUARD_DIAGNOSTIC_REPORTS", "DiagnosticReports", static (to, text) => to.Options.DiagnosticReports = ValueText.Switch(text)),
        new("MEMGUARD_BLACK_BOX_DIRECTORY", "BlackBoxDirectory", static (to, text) => to.Options.BlackBoxDirectory = text),
        new("MEMGUARD_HELP_LINK_BASE", "HelpLinkBase", static (to, text) => to.Options.HelpLinkBase = text),
        new("MEMGUARD_PUBLISH_SUSPECTS", "PublishSuspects", static (to, text) => to.Options.PublishSuspects = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__CAPTURE_ON_ALERT", "HeapSnapshots:CaptureOnAlert", static (to, text) => to.Snapshots.CaptureOnAlert = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__PROFILE_ON_ALERT", "HeapSnapshots:ProfileOnAlert", static (to, text) => to.Snapshots.ProfileOnAlert = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__CAPTURE_ON_SIGNAL", "HeapSnapshots:CaptureOnSignal", static (to, text) => to.ListensToSignal = to.Snapshots.CaptureOnSignal = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__DIRECTORY", "HeapSnapshots:Directory", static (to, text) => to.Snapshots.Directory = text),
        new("MEMGUARD_HEAP_SNAPSHOTS__KEEP_FILES", "HeapSnapshots:KeepFiles", static (to, text) => to.Snapshots.KeepFiles = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__KEEP_STREAM", "HeapSnapshots:KeepStream", static (to, text) => to.Snapshots.KeepStream = ValueText.Switch(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__CAPTURE_METHOD", "HeapSnapshots:CaptureMethod", static (to, text) => to.Snapshots.CaptureMethod = ValueText.Choice<CaptureMethod>(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MAX_PAUSE", "HeapSnapshots:MaxPause", static (to, text) => to.Snapshots.MaxPause = ValueText.Time(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MINIMUM_INTERVAL", "HeapSnapshots:MinimumInterval", static (to, text) => to.Snapshots.MinimumInterval = ValueText.Time(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MAX_PER_DAY", "HeapSnapshots:MaxPerDay", static (to, text) => to.Snapshots.MaxPerDay = ValueText.Count(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MAX_KEPT", "HeapSnapshots:MaxKept", static (to, text) => to.Snapshots.MaxKept = ValueText.Count(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MAX_KEPT_BYTES", "HeapSnapshots:MaxKeptBytes", static (to, text) => to.Snapshots.MaxKeptBytes = ValueText.Bytes(text)),
        new("MEMGUARD_HEAP_SNAPSHOTS__MAX_AGE", "HeapSnapshots:MaxAge", static (to, text) => to.Snapshots.MaxAge = ValueText.Time(text)),
    ];

    /// <param name="normal">A name as <see cref="EnvironmentVariables.Normalize"/> gives it.</param>
    /// <returns>Whether it is one of <see cref="Others"/>.</returns>
    public static bool IsOther(string normal) => Others.Any(name => EnvironmentVariables.Normalize(name) == normal);

    /// <param name="normal">As above.</param>
    /// <returns>Null where nothing has this name.</returns>
    public static HookVariable? Find(string normal) => All.FirstOrDefault(variable => string.Equals(variable.NormalName, normal, StringComparison.OrdinalIgnoreCase));

    private static void Ignore(MemGuardOptions options, string text)
    {
        foreach (MemoryProblem problem in ValueText.Problems(text))
        {
            options.IgnoredProblems.Add(problem);
        }
    }
}
