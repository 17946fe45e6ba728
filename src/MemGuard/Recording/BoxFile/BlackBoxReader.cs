using System.Buffers.Binary;
using System.Globalization;

namespace MemGuard.Recording;

/// <summary>Reads a black box that nobody writes any more. A pure function: whatever the bytes are, it does not throw.</summary>
internal static class BlackBoxReader
{
    /// <param name="file">The whole file.</param>
    /// <param name="problem">Why it cannot be read, as a sentence's end; null when it can.</param>
    public static BlackBoxRecord? Read(Span<byte> file, out string? problem)
    {
        problem = FindProblem(file);
        return problem is not null ? null : new BlackBoxRecord
        {
            Header = BlackBoxHeader.ReadFrom(file[..BlackBoxFormat.PageBytes]),
            Last = ReadNewest(file),
            Flags = ReadFlags(file[(int)BlackBoxFormat.FlagsAt..]),
        };
    }

    /// <summary>A time from its ticks; the earliest where they make no sense.</summary>
    public static DateTimeOffset ToTime(long ticks) =>
        ticks > 0 && ticks <= DateTime.MaxValue.Ticks ? new DateTimeOffset(ticks, TimeSpan.Zero) : DateTimeOffset.MinValue;

    private static string? FindProblem(ReadOnlySpan<byte> file)
    {
        if (file.Length < BlackBoxFormat.PageBytes || !file.StartsWith(BlackBoxFormat.Magic))
        {
            return file.Length < BlackBoxFormat.FileBytes ? Cut(file.Length) : "its content is damaged";
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(file[8..]);
        if (version > BlackBoxFormat.Version)
        {
            return string.Create(CultureInfo.InvariantCulture, $"a newer MemGuard wrote it (format {version}, this one reads {BlackBoxFormat.Version})");
        }

        return file.Length < BlackBoxFormat.FileBytes ? Cut(file.Length)
            : !BlackBoxFormat.IsSealed(file[..BlackBoxFormat.PageBytes]) ? "its content is damaged"
            : null;
    }

    private static string Cut(int length) => string.Create(CultureInfo.InvariantCulture, $"it is cut off ({length} of {BlackBoxFormat.FileBytes} bytes)");

    private static BlackBoxReadings? ReadNewest(Span<byte> file)
    {
        Span<byte> newest = default;
        long sequence = 0;
        for (int i = 0; i < BlackBoxFormat.SlotCount; i++)
        {
            Span<byte> slot = file.Slice((int)BlackBoxFormat.SlotsAt + (i * BlackBoxFormat.PageBytes), BlackBoxFormat.PageBytes);
            if (BlackBoxFormat.IsSealed(slot) && new PageCursor(slot, 0).ReadNumber() is var number && number > sequence)
            {
                newest = slot;
                sequence = number;
            }
        }

        return newest.IsEmpty ? null : ReadSlot(newest);
    }

    // In the order in which BlackBoxSlot writes them.
    private static BlackBoxReadings ReadSlot(Span<byte> slot)
    {
        PageCursor cursor = new(slot, sizeof(long));
        PageCursor texts = new(slot, BlackBoxFormat.TextsAt);
        return new BlackBoxReadings
        {
            Time = ToTime(cursor.ReadNumber()),
            Elapsed = new TimeSpan(cursor.ReadNumber()),
            Interval = new TimeSpan(cursor.ReadNumber()),
            UsedBytes = cursor.ReadKnown(),
            LimitBytes = cursor.ReadKnown(),
            HeapBytes = cursor.ReadKnown(),
            HeapLimitBytes = cursor.ReadKnown(),
            LiveBytes = cursor.ReadKnown(),
            WorkingSetBytes = cursor.ReadKnown(),
            UnmanagedBytes = cursor.ReadKnown(),
            Gen2CollectionCount = cursor.ReadKnown(),
            TotalPauseDuration = cursor.ReadTime(),
            KillCount = cursor.ReadKnown(),
            LimitHitCount = cursor.ReadKnown(),
            GroupId = cursor.ReadKnown(),
            History = ReadHistory(slot),
            Problem = new OpenProblem(texts.ReadText(BlackBoxFormat.MaxProblemBytes), texts.ReadText(BlackBoxFormat.MaxReasonBytes), texts.ReadText(BlackBoxFormat.MaxSuspectBytes)),
        };
    }

    private static BlackBoxHistory.Row[] ReadHistory(Span<byte> slot)
    {
        PageCursor cursor = new(slot, BlackBoxFormat.HistoryAt);
        long count = Math.Clamp(cursor.ReadNumber(), 0, BlackBoxHistory.Capacity);
        BlackBoxHistory.Row[] rows = new BlackBoxHistory.Row[count];
        for (int i = 0; i < rows.Length; i++)
        {
            rows[i] = new BlackBoxHistory.Row(cursor.ReadNumber(), cursor.ReadNumber(), cursor.ReadNumber(), cursor.ReadNumber());
        }

        return rows;
    }

    private static BlackBoxFlags ReadFlags(Span<byte> page)
    {
        bool sawOutOfMemory = page[BlackBoxFormat.OutOfMemoryAt] != 0;
        return new BlackBoxFlags
        {
            SawOutOfMemory = sawOutOfMemory,
            OutOfMemoryHeapBytes = sawOutOfMemory && new PageCursor(page, BlackBoxFormat.OutOfMemoryHeapAt).ReadNumber() is > 0 and long bytes ? bytes : null,
            IsUnhandled = page[BlackBoxFormat.UnhandledAt] != 0,
            IsUnhandledOutOfMemory = page[BlackBoxFormat.UnhandledOutOfMemoryAt] != 0,
            ExceptionType = new PageCursor(page, BlackBoxFormat.ExceptionAt).ReadText(BlackBoxFormat.MaxExceptionBytes),
            StoppingSince = page[BlackBoxFormat.StoppingAt] != 0 ? ToTime(new PageCursor(page, BlackBoxFormat.StoppingTimeAt).ReadNumber()) : null,
            ExitCode = page[BlackBoxFormat.EndedAt] != 0 ? BinaryPrimitives.ReadInt32LittleEndian(page[BlackBoxFormat.ExitCodeAt..]) : null,
        };
    }
}
