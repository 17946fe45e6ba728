using Microsoft.Extensions.Logging;

namespace MemGuard.Evidence;

internal static partial class Log
{
    [LoggerMessage(4010, LogLevel.Information, "{Collection}", EventName = "GarbageCollection")]
    public static partial void Collection(ILogger logger, string collection);

    [LoggerMessage(4011, LogLevel.Information, "{Collections}", EventName = "GarbageCollectionSummary")]
    public static partial void CollectionSummary(ILogger logger, string collections);

    [LoggerMessage(4020, LogLevel.Information, "Diagnostic report: {Path}. Next: read it, or attach it to the ticket; it holds figures and names only.", EventName = "ReportWritten")]
    public static partial void ReportWritten(ILogger logger, string path);

    [LoggerMessage(4021, LogLevel.Information, "No diagnostic reports are written: {Reason}. Next: set MemGuard:BlackBoxDirectory to a private directory, or MemGuard:DiagnosticReports to false.", EventName = "ReportsOff")]
    public static partial void ReportsOff(ILogger logger, string reason);

    [LoggerMessage(4022, LogLevel.Warning, "The process before (pid {ProcessId}) wrote a diagnostic report while it died: {Path}. Next: read it; it has the figures of its last seconds.", EventName = "LastReportFound")]
    public static partial void LastReportFound(ILogger logger, int processId, string path);

    [LoggerMessage(4030, LogLevel.Information, "{Measurement}", EventName = "Probed")]
    public static partial void Probed(ILogger logger, string measurement);

    [LoggerMessage(4031, LogLevel.Information, "Probe refused: {Reason}.", EventName = "ProbeRefused")]
    public static partial void ProbeRefused(ILogger logger, string reason);
}
