using MemGuard.Containers;
using Microsoft.Extensions.Logging;

namespace MemGuard.Recording;

/// <summary>Opens the box of this process, and before that tells of those that dead processes left.</summary>
internal static class BlackBoxOpening
{
    /// <summary>Lines about boxes other than the newest: where many workers died at once, the first few tell it.</summary>
    private const int MaxTold = 4;

    /// <exception cref="IOException">There is no place for one; the message says why.</exception>
    public static ProcessBox Open(string place, DateTimeOffset startedAt, DateTimeOffset now, ContainerDetails? container, TimeProvider timeProvider, ILogger logger, HelpLinks links)
    {
        SystemFiles files = SystemFiles.Instance;
        BlackBoxDirectory directory = new(place, BlackBoxPlace.Application, files);
        if (directory.Prepare() is { } danger)
        {
            throw new IOException(danger);
        }

        ProcessIdentity self = ProcessIdentity.Read(files);
        IReadOnlyList<ClaimedBox> claimed = directory.ClaimDead(self, now);
        PreviousRun? previous = Tell(claimed, new VerdictFacts(self.BootId, BlackBoxSlot.FindGroupId(container?.GroupDirectory), container?.KillCount, CrashReports.Find) { Links = links }, logger);
        if (directory.LivingCount > 0)
        {
            Log.LivingBeside(logger, directory.LivingCount);
        }

        BlackBoxFile file = directory.Create(new BlackBoxHeader(self, startedAt, BlackBoxPlace.Application));
        BlackBoxNotes notes = new(file, timeProvider);
        return new ProcessBox(place, file, notes, new BlackBoxHandlers(notes), previous);
    }

    private static PreviousRun? Tell(IReadOnlyList<ClaimedBox> claimed, VerdictFacts facts, ILogger logger)
    {
        PreviousRun? newest = null;
        foreach (ClaimedBox box in claimed.Take(MaxTold))
        {
            PreviousRun run = box.Record is { } record ? PreviousRunVerdict.Judge(record, facts) : PreviousRunVerdict.OfUnreadable(box.Problem ?? "it is damaged");
            newest ??= run;
            Tell(run, logger);
        }

        return newest;
    }

    private static void Tell(PreviousRun run, ILogger logger)
    {
        DetailedLogger detailed = new(
            logger,
            DetailedLogger.Detail("End", run.End),
            DetailedLogger.Detail("ProcessId", run.ProcessId),
            DetailedLogger.Detail("UptimeSeconds", run.Uptime?.TotalSeconds),
            DetailedLogger.Detail("ExitCode", run.ExitCode),
            DetailedLogger.Detail("ExceptionType", run.ExceptionType),
            DetailedLogger.Detail("UsedBytes", run.UsedBytes),
            DetailedLogger.Detail("LimitBytes", run.LimitBytes),
            DetailedLogger.Detail("KillsSince", run.KillsSince),
            DetailedLogger.Detail("Problem", run.Problem),
            DetailedLogger.Detail("Suspect", run.Suspect));
        if (run is { End: PreviousRunEnd.Orderly, WasOutOfMemory: false })
        {
            Log.StoppedInOrder(detailed, run.Message);
        }
        else
        {
            Log.EndedOtherwise(detailed, run.Message);
        }
    }
}
