using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;
using static MemGuard.DetailedLogger;

namespace MemGuard.Evidence;

/// <summary>Writes a garbage collection as one line that grep finds: <c>key=value</c>, the same figures as structured properties.</summary>
internal static class CollectionText
{
    public static void Write(ILogger logger, in CollectionRecord record, TimeSpan since, bool isOwn, in UntoldCollections skipped)
    {
        string kind = record.IsConcurrent ? "background" : "blocking";
        StringBuilder line = new();
        line.Append(CultureInfo.InvariantCulture, $"GC #{record.Index} gen{record.Generation} {kind} {(record.IsCompacting ? "compacting" : "sweeping")} pause={record.Pause.TotalMilliseconds:0.0}ms");
        line.Append(CultureInfo.InvariantCulture, $" heap={ByteText.Megabytes(record.HeapBeforeBytes)}→{ByteText.Megabytes(record.HeapAfterBytes)}MB live={ByteText.Megabytes(record.LiveBytes)}MB promoted={ByteText.Megabytes(record.PromotedBytes)}MB");
        line.Append(CultureInfo.InvariantCulture, $" frag={ByteText.Megabytes(record.FragmentedBeforeBytes)}→{ByteText.Megabytes(record.FragmentedAfterBytes)}MB pinned={record.PinnedCount} since={since.TotalSeconds:0.0}s");
        if (isOwn)
        {
            line.Append(" cause=induced-by-memguard");
        }

        if (skipped.Total > 0 || skipped.Pause > TimeSpan.Zero)
        {
            line.Append(CultureInfo.InvariantCulture, $" skipped={skipped} skippedPause={skipped.Pause.TotalMilliseconds:0.0}ms");
        }

        Log.Collection(
            new DetailedLogger(
                logger,
                [
                    Detail("Index", record.Index),
                    Detail("Generation", record.Generation),
                    Detail("Kind", kind),
                    Detail("IsCompacting", record.IsCompacting),
                    Detail("PauseMilliseconds", record.Pause.TotalMilliseconds),
                    Detail("HeapBeforeBytes", record.HeapBeforeBytes),
                    Detail("HeapAfterBytes", record.HeapAfterBytes),
                    Detail("LiveBytes", record.LiveBytes),
                    Detail("PromotedBytes", record.PromotedBytes),
                    Detail("FragmentedBeforeBytes", record.FragmentedBeforeBytes),
                    Detail("FragmentedAfterBytes", record.FragmentedAfterBytes),
                    Detail("PinnedCount", record.PinnedCount),
                    Detail("SinceSeconds", since.TotalSeconds),
                    Detail("IsInducedByMemGuard", isOwn),
                    .. Details(skipped),
                ]),
            line.ToString());
    }

    /// <summary>Many collections as one line.</summary>
    /// <param name="logger">Where it goes.</param>
    /// <param name="all">All of them.</param>
    /// <param name="time">In which time.</param>
    /// <param name="last">The last one that was seen.</param>
    public static void WriteSummary(ILogger logger, in UntoldCollections all, TimeSpan time, in CollectionRecord last)
    {
        double perSecond = all.Total / Math.Max(0.001, time.TotalSeconds);
        double paused = 100 * all.Pause / time;
        string line = string.Create(
            CultureInfo.InvariantCulture,
            $"GC summary: {perSecond:#,0.#} collections/s for {time.TotalSeconds:0} s, {paused:0} % paused, heap {ByteText.Megabytes(last.HeapBeforeBytes)}→{ByteText.Megabytes(last.HeapAfterBytes)} MB, skipped={all} skippedPause={all.Pause.TotalMilliseconds:0.0}ms");
        Log.CollectionSummary(new DetailedLogger(logger, [Detail("CollectionsPerSecond", perSecond), Detail("PausedPercentage", paused), .. Details(all)]), line);
    }

    /// <summary>What was counted after the last line.</summary>
    public static void WriteRest(ILogger logger, in UntoldCollections rest) => Log.CollectionSummary(
        new DetailedLogger(logger, Details(rest)),
        string.Create(CultureInfo.InvariantCulture, $"GC summary: since the last line skipped={rest} skippedPause={rest.Pause.TotalMilliseconds:0.0}ms"));

    private static KeyValuePair<string, object?>[] Details(in UntoldCollections skipped) =>
    [
        Detail("SkippedGen0", skipped.Gen0),
        Detail("SkippedGen1", skipped.Gen1),
        Detail("SkippedGen2", skipped.Gen2),
        Detail("SkippedPauseMilliseconds", skipped.Pause.TotalMilliseconds),
    ];
}
