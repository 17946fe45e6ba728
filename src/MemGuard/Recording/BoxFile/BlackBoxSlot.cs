using System.Runtime.CompilerServices;
using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>What the open diagnosis says; all null while there is none.</summary>
/// <param name="Problem">The kind of problem, as the metrics name it.</param>
/// <param name="Reason">Its facts, as the alert has them.</param>
/// <param name="Suspect">What is suspected of holding the memory.</param>
internal readonly record struct OpenProblem(string? Problem, string? Reason, string? Suspect);

/// <summary>Puts together the page that is written with every sample: the figures of now, the last minutes, the open diagnosis.</summary>
/// <remarks>For one thread. Allocates nothing.</remarks>
internal sealed class BlackBoxSlot(TimeSpan interval)
{
    private readonly byte[] _page = new byte[BlackBoxFormat.PageBytes];
    private readonly BlackBoxHistory _history = new();
    private OpenProblem _written;
    private long _sequence;

    // Of the group's directory that was looked up last: it hardly ever changes.
    private string? _groupDirectory;
    private long _groupId = BlackBoxFormat.Unknown;

    /// <summary>The number of the slot that the next page belongs to.</summary>
    public int Next => (int)(_sequence % BlackBoxFormat.SlotCount);

    /// <summary>Makes the next page. It is valid until the next call.</summary>
    [MethodImpl(EverySample.Compiled)]
    public ReadOnlySpan<byte> Compose(in MemorySample sample, ContainerDetails? container, in OpenProblem problem)
    {
        _sequence++;
        WriteFigures(sample, container);
        PageCursor history = new(_page, BlackBoxFormat.HistoryAt);
        _history.WriteTo(ref history);
        WriteTexts(problem);
        BlackBoxFormat.Seal(_page);
        return _page;
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void WriteFigures(in MemorySample sample, ContainerDetails? container)
    {
        MemoryUsage usage = MemoryUsage.Of(sample);
        _history.Add(sample, usage.UsedBytes);
        PageCursor cursor = new(_page, 0);
        cursor.Write(_sequence);
        cursor.Write(sample.Timestamp.UtcTicks);
        cursor.Write(sample.Elapsed.Ticks);
        cursor.Write(interval.Ticks);
        cursor.Write(usage.UsedBytes);
        cursor.Write(usage.LimitBytes);
        cursor.Write(usage.HeapBytes);
        cursor.Write(usage.HeapLimitBytes);
        WriteProcess(ref cursor, sample);
        cursor.Write(container?.KillCount);
        cursor.Write(container?.LimitHitCount);
        cursor.Write(FindGroup(container?.GroupDirectory));
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private static void WriteProcess(ref PageCursor cursor, in MemorySample sample)
    {
        cursor.Write(sample.Gen2LiveBytes);
        cursor.Write(sample.WorkingSetBytes);
        cursor.Write(sample.UnmanagedBytes);
        cursor.Write(sample.Gen2CollectionCount);
        cursor.Write(sample.TotalPauseDuration?.Ticks);
    }

    // Compared by reference: an unchanged diagnosis is the same object, and an equal one written twice does no harm.
    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void WriteTexts(in OpenProblem problem)
    {
        if (ReferenceEquals(problem.Problem, _written.Problem) && ReferenceEquals(problem.Reason, _written.Reason) && ReferenceEquals(problem.Suspect, _written.Suspect))
        {
            return;
        }

        _written = problem;
        PageCursor cursor = new(_page, BlackBoxFormat.TextsAt);
        cursor.Write(problem.Problem, BlackBoxFormat.MaxProblemBytes);
        cursor.Write(problem.Reason, BlackBoxFormat.MaxReasonBytes);
        cursor.Write(problem.Suspect, BlackBoxFormat.MaxSuspectBytes);
    }

    private long FindGroup(string? directory)
    {
        if (directory != _groupDirectory)
        {
            _groupDirectory = directory;
            _groupId = FindGroupId(directory) ?? BlackBoxFormat.Unknown;
        }

        return _groupId;
    }

    /// <summary>What tells a control group from a later one of the same path; null when it cannot be told.</summary>
    public static long? FindGroupId(string? directory) => directory is null ? null : FileOwner.FindInode(directory);
}
