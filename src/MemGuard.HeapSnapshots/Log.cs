using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Warning, "Heap snapshots are not available: {Reason}. MemGuard goes on without naming culprits.", EventName = "HeapSnapshotsUnavailable")]
    public static partial void Unavailable(ILogger logger, string reason);

    [LoggerMessage(5001, LogLevel.Information, "Heap snapshot ({Cause}: {Reason}): {Objects} objects, {LiveMegabytes} MB live, process stopped for {PauseMilliseconds} ms. Largest: {Largest}. Report: {Directory}", EventName = "HeapSnapshotTaken")]
    public static partial void Taken(ILogger logger, string cause, string reason, long objects, long liveMegabytes, long pauseMilliseconds, string largest, string directory);

    [LoggerMessage(5002, LogLevel.Warning, "Heap snapshot ({Cause}: {Reason}) is incomplete: {Missing}. Types were counted; nothing is said about what holds them.", EventName = "HeapSnapshotIncomplete")]
    public static partial void Incomplete(ILogger logger, string cause, string reason, string missing);

    [LoggerMessage(5003, LogLevel.Information, "Heap snapshot ({Cause}: {Reason}) refused: {Refusal}.", EventName = "HeapSnapshotRefused")]
    public static partial void Refused(ILogger logger, string cause, string reason, string refusal);

    [LoggerMessage(5004, LogLevel.Error, "Heap snapshot ({Cause}: {Reason}) failed; its evidence is lost.", EventName = "HeapSnapshotFailed")]
    public static partial void Failed(ILogger logger, Exception exception, string cause, string reason);

    [LoggerMessage(5005, LogLevel.Error, "The files of a heap snapshot could not be written to {Directory}; the snapshot itself was used. Free space or configure another HeapSnapshotOptions.Directory.", EventName = "HeapSnapshotNotWritten")]
    public static partial void NotWritten(ILogger logger, Exception exception, string directory);

    [LoggerMessage(5006, LogLevel.Information, "SIGUSR2 was received and ignored: HeapSnapshotOptions.CaptureOnSignal is off.", EventName = "HeapSnapshotSignalIgnored")]
    public static partial void SignalIgnored(ILogger logger);

    [LoggerMessage(5007, LogLevel.Warning, "SIGUSR2 cannot be handled; snapshots by signal are off, and the signal would end the process.", EventName = "HeapSnapshotSignalUnavailable")]
    public static partial void SignalUnavailable(ILogger logger, Exception exception);

    [LoggerMessage(5008, LogLevel.Warning, "The heap is not read from a copy of the process, because {Reason}. Snapshots are taken over the event pipe, which stops the process for longer.", EventName = "HeapSnapshotForkUnavailable")]
    public static partial void ForkUnavailable(ILogger logger, string reason);

    [LoggerMessage(5010, LogLevel.Information, "Allocation profile refused: {Refusal}.", EventName = "AllocationProfileRefused")]
    public static partial void ProfileRefused(ILogger logger, string refusal);
}
