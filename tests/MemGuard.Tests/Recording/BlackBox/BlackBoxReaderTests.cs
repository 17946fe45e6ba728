using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class BlackBoxReaderTests
{
    [Fact]
    public void Read_WhatWasWritten_IsRead()
    {
        byte[] file = Boxes.File(
            Enumerable.Range(1, 400).Select(static second => Boxes.Sample(second, 50 + (second / 4))),
            problem: new OpenProblem("unmanaged_growth", "memory outside the heap 30 → 130 MB", "static Shop._cache"),
            notes: static notes =>
            {
                notes.OutOfMemory(60 * Boxes.MB);
                notes.OutOfMemory(10 * Boxes.MB);
                notes.Unhandled(new InvalidDataException("a planted secret"));
            });

        BlackBoxRecord record = BlackBoxReader.Read(file, out string? problem)!;

        Assert.Null(problem);
        Assert.Equal((4711, "shop", Boxes.Start), (record.Header.Identity.ProcessId, record.Header.Application, record.Header.StartedAt));
        Assert.Equal((150 * Boxes.MB, 256 * Boxes.MB, 130 * Boxes.MB), (record.Last!.UsedBytes, record.Last.LimitBytes, record.Last.UnmanagedBytes));
        Assert.Null(record.Last.KillCount);
        Assert.Equal(new OpenProblem("unmanaged_growth", "memory outside the heap 30 → 130 MB", "static Shop._cache"), record.Last.Problem);
        Assert.Equal((true, "System.IO.InvalidDataException", 60 * Boxes.MB), (record.Flags.IsUnhandled, record.Flags.ExceptionType, record.Flags.OutOfMemoryHeapBytes));
        Assert.False(file.AsSpan().IndexOf("secret"u8) >= 0);
    }

    [Fact]
    public void Read_LongRun_HistoryIsTheLastFiveMinutesInOrder()
    {
        BlackBoxRecord record = Boxes.Record(Enumerable.Range(1, 1000).Select(static second => Boxes.Sample(second, 50)));

        TimeSpan[] times = [.. record.Last!.History.Select(static row => new TimeSpan(row.Elapsed))];
        Assert.Equal(times.Order(), times);
        Assert.Equal(BlackBoxHistory.Capacity, times.Distinct().Count());
        Assert.Equal(TimeSpan.FromSeconds(1000), times[^1]);
        Assert.InRange(times[0], TimeSpan.FromSeconds(665), TimeSpan.FromSeconds(700));
    }

    [Fact]
    public void Read_OneSlotTorn_TheOtherServes()
    {
        byte[] file = Boxes.File([Boxes.Sample(1, 50), Boxes.Sample(2, 60)]);
        int newest = (int)BlackBoxFormat.SlotsAt;
        file[newest + 100] ^= 1;

        Assert.Equal(50 * Boxes.MB, BlackBoxReader.Read(file, out _)!.Last!.UsedBytes);
    }

    [Fact]
    public void Read_DiedBeforeItsFirstSample_HasNoReadings() => Assert.Null(Boxes.Record([]).Last);

    [Fact]
    public void Read_AnythingAtAll_NeverThrows()
    {
        Random random = new(17);
        for (int round = 0; round < 2000; round++)
        {
            byte[] file = Boxes.File([Boxes.Sample(1, 50)]);
            Span<byte> span = file.AsSpan(0, random.Next(file.Length + 1));
            for (int i = 0; i < round % 50; i++)
            {
                if (span.Length > 0)
                {
                    span[random.Next(span.Length)] = (byte)random.Next(256);
                }
            }

            // Sealed damage too: what a later version might write.
            if (round % 3 == 0 && span.Length == file.Length)
            {
                BlackBoxFormat.Seal(span[..BlackBoxFormat.PageBytes]);
                BlackBoxFormat.Seal(span.Slice((int)BlackBoxFormat.SlotsAt, BlackBoxFormat.PageBytes));
            }

            BlackBoxRecord? record = BlackBoxReader.Read(span, out string? problem);
            Assert.Equal(record is null, problem is not null);
        }
    }

    [Fact]
    public void Compose_UnchangedDiagnosis_AllocatesNothing()
    {
        BlackBoxSlot slot = new(TimeSpan.FromSeconds(1));
        OpenProblem problem = new("managed_leak", "a reason", "a suspect");
        MemorySample sample = Boxes.Sample(1, 50);
        slot.Compose(sample, null, problem);

        // The runtime makes objects of its own on the thread that comes by first: the least of a few rounds is the code's.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                slot.Compose(sample, null, problem);
            }

            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(0, least);
    }

    [Fact]
    public void Write_TextsOfAnyLength_AreCutBetweenLetters()
    {
        BlackBoxRecord record = Boxes.Record([Boxes.Sample(1, 50)], problem: new OpenProblem(new string('x', 1000), new string('→', 1000), string.Concat(Enumerable.Repeat("😀", 500))));

        Assert.Equal(new string('x', BlackBoxFormat.MaxProblemBytes), record.Last!.Problem.Problem);
        Assert.Equal(new string('→', BlackBoxFormat.MaxReasonBytes / 3), record.Last.Problem.Reason);
        Assert.Equal(BlackBoxFormat.MaxSuspectBytes / 4 * 2, record.Last.Problem.Suspect!.Length);
    }
}
