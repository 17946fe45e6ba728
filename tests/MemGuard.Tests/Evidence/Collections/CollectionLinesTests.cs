using MemGuard.Evidence;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Evidence;

public sealed class CollectionLinesTests
{
    private readonly ScriptedCollections _collections = new();
    private readonly FakeLogger _logger = new();
    private readonly CollectionLines _lines;
    private int _second;

    public CollectionLinesTests() => _lines = new CollectionLines(_collections, _logger) { Mode = GarbageCollectionLogging.All };

    private string[] Lines => [.. _logger.Collector.GetSnapshot().Select(static record => record.Message)];

    [Fact]
    public void Update_SeveralBetweenTwoSamples_OneLineAKindAndTheRestCounted()
    {
        Tick();
        for (int i = 0; i < 5; i++)
        {
            _collections.Collect(0, 2);
        }

        _collections.Collect(1, 3);
        _collections.Collect(1, 4);
        _collections.Collect(2, 320.9);
        Tick();

        Assert.Equal(
            [
                "GC #7 gen1 blocking compacting pause=4.0ms heap=134→102MB live=102MB promoted=102MB frag=2.0→0.0MB pinned=1 since=1.0s",
                "GC #8 gen2 blocking compacting pause=320.9ms heap=134→102MB live=102MB promoted=102MB frag=2.0→0.0MB pinned=1 since=1.0s skipped=6(gen0:5,gen1:1,gen2:0) skippedPause=13.0ms",
            ],
            Lines);
    }

    [Fact]
    public void Update_Line_HasItsFiguresAsProperties()
    {
        Tick();
        _collections.Collect(2, 20);
        Tick();

        FakeLogRecord line = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal(4010, line.Id.Id);
        Assert.Equal(
            ("2", "20", "106954752", "0"),
            (line.GetStructuredStateValue("Generation"), line.GetStructuredStateValue("PauseMilliseconds"), line.GetStructuredStateValue("HeapAfterBytes"), line.GetStructuredStateValue("SkippedGen0")));
    }

    [Fact]
    public void Update_Gen2AndLongPausesOnly_OthersAreCountedInTheNextLine()
    {
        _lines.Mode = GarbageCollectionLogging.Gen2AndLongPauses;
        Tick();
        _collections.Collect(0, 2);
        Tick();
        _collections.Collect(1, 49);
        Tick();
        Assert.Empty(Lines);

        _collections.Collect(0, 51);
        Tick();

        Assert.EndsWith("skipped=2(gen0:1,gen1:1,gen2:0) skippedPause=51.0ms", Assert.Single(Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Update_BackgroundCollectionStillRuns_IsNotSkippedAndToldOnce()
    {
        Tick();
        long index = _collections.Begin(5);
        Tick();
        _collections.Collect(0, 1);
        Tick();
        _collections.Report(2, 5, isConcurrent: true, index);
        Tick();
        for (int i = 0; i < 30; i++)
        {
            _collections.Collect(i % 2 * 2, 1);
            Tick();
        }

        Assert.DoesNotContain(Lines, static line => line.Contains("skipped", StringComparison.Ordinal));
        Assert.Single(Lines, static line => line.Contains("background sweeping", StringComparison.Ordinal));
    }

    [Fact]
    public void Update_Thrash_OneSummaryInTenSeconds()
    {
        Tick();
        for (int second = 0; second < 20; second++)
        {
            for (int i = 0; i < 25; i++)
            {
                _collections.Collect(0, 20);
            }

            Tick();
        }

        string summary = "GC summary: 25 collections/s for 10 s, 50 % paused, heap 134→102 MB, skipped=250(gen0:250,gen1:0,gen2:0) skippedPause=5000.0ms";
        Assert.Equal([summary, summary], Lines);
    }

    [Fact]
    public void Update_SamplesTenTimesASecond_FloodBecomesASummary()
    {
        Tick();
        for (int i = 0; i < 600; i++)
        {
            _collections.Collect(0, 1);
            _lines.Update(TimeSpan.FromSeconds(1 + (i * 0.1)));
        }

        // A minute: forty lines in a period, then a summary for the next.
        Assert.InRange(Lines.Length, 40, 6 * 41);
        Assert.Contains(Lines, static line => line.StartsWith("GC summary", StringComparison.Ordinal));
    }

    [Fact]
    public void Update_OwnCollections_AreMarked()
    {
        Tick();
        _collections.Collect(0, 1);
        Tick();
        _lines.NoteOwn();
        _collections.Collect(0, 1);
        _collections.Collect(2, 1, isConcurrent: true);
        Tick();
        _collections.Collect(2, 1);
        Tick();

        Assert.Equal([false, true, true, false], Lines.Select(static line => line.Contains("cause=induced-by-memguard", StringComparison.Ordinal)));
    }

    [Fact]
    public void Update_NoCollection_ReadsNothingAndAllocatesNothing()
    {
        Tick();
        Tick();
        int reads = _collections.Reads;
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 1000; i++)
        {
            Tick();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(reads, _collections.Reads);
    }

    [Fact]
    public void Mode_SwitchedOnLater_TellsOfWhatComesFromThenOn()
    {
        _lines.Mode = GarbageCollectionLogging.Off;
        Tick();
        _collections.Collect(2, 100);
        Tick();
        Assert.Equal(0, _collections.Reads);

        _lines.Mode = GarbageCollectionLogging.All;
        Tick();
        _collections.Collect(0, 1);
        Tick();

        Assert.DoesNotContain("skipped", Assert.Single(Lines), StringComparison.Ordinal);
    }

    [Fact]
    public void Finish_CollectionsWithoutALine_AreSummedUp()
    {
        _lines.Mode = GarbageCollectionLogging.Gen2AndLongPauses;
        Tick();
        _collections.Collect(0, 2);
        Tick();
        _lines.Finish(TimeSpan.FromSeconds(++_second));

        Assert.Equal(["GC summary: since the last line skipped=1(gen0:1,gen1:0,gen2:0) skippedPause=2.0ms"], Lines);
    }

    private void Tick() => _lines.Update(TimeSpan.FromSeconds(++_second));
}
