using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class SampleHistoryTests
{
    [Fact]
    public void Latest_BeforeTheFirstSample_IsNull()
    {
        SampleHistory history = new();

        Assert.Null(history.Latest);
        Assert.Empty(history.ToList());
    }

    [Fact]
    public void ToList_FewSamples_ReturnsEveryOneOldestFirst()
    {
        SampleHistory history = new();

        AddSeconds(history, 0, 700);

        Assert.Equal(Enumerable.Range(0, 700), history.ToList().Select(sample => (int)sample.Elapsed.TotalSeconds));
        Assert.Equal(699, history.Latest?.Elapsed.TotalSeconds);
    }

    [Fact]
    public void ToList_OneDay_IsEverySecondThenEvery15SecondsThenEvery2MinutesAndSoOn()
    {
        SampleHistory history = new();

        AddSeconds(history, 0, 86_400);

        double[] seconds = [.. history.ToList().Select(sample => sample.Elapsed.TotalSeconds)];
        double[] steps = [.. seconds.Zip(seconds.Skip(1), (earlier, later) => later - earlier)];
        Assert.Equal(0, seconds[0]);
        Assert.Equal(86_399, seconds[^1]);
        Assert.All(steps[^899..], step => Assert.Equal(1, step));
        Assert.All(steps, step => Assert.InRange(step, 1, 900));
        Assert.Equal([900, 120, 15, 1], steps.Where(step => step is 1 or 15 or 120 or 900).Distinct());
        Assert.InRange(seconds.Count(second => second > 86_400 - 5400), 1199, 1203);
    }

    [Fact]
    public void ToList_FortyDays_GoesBackThirtyDaysWithoutDuplicates()
    {
        SampleHistory history = new();

        for (int second = 0; second < 40 * 86_400; second += 5)
        {
            history.Add(At(second));
        }

        IReadOnlyList<MemorySample> samples = history.ToList();
        Assert.InRange(samples[^1].Elapsed - samples[0].Elapsed, TimeSpan.FromDays(29.8), TimeSpan.FromDays(30));
        Assert.Equal(samples.Count, samples.Select(sample => sample.Elapsed).Distinct().Count());
        Assert.Equal(samples.Select(sample => sample.Elapsed).Order(), samples.Select(sample => sample.Elapsed));
    }

    [Fact]
    public void ToList_UnevenSamplesAndAGap_KeepsTheirOrder()
    {
        SampleHistory history = new();
        int[] seconds = [0, 1, 4, 5, 5000, 5001, 5002, 90_000, 90_001];

        foreach (int second in seconds)
        {
            history.Add(At(second));
        }

        Assert.Equal(seconds, history.ToList().Select(sample => (int)sample.Elapsed.TotalSeconds));
    }

    [Fact]
    public void Add_ClockWentBack_KeepsEveryRowInTheOrderOfArrival()
    {
        SampleHistory history = new();

        history.Add(At(1000));
        history.Add(At(10));
        history.Add(At(11));

        Assert.Equal([1000, 10, 11], history.ToList().Select(sample => (int)sample.Elapsed.TotalSeconds));
        Assert.Equal(11, history.Latest?.Elapsed.TotalSeconds);
    }

    [Fact]
    public void Add_HoursAfterTheClockWentBack_StillHasThemAll()
    {
        SampleHistory history = new();
        AddSeconds(history, 100_000, 10);

        AddSeconds(history, 0, 4 * 3600);

        Assert.Contains(history.ToList(), sample => sample.Elapsed < TimeSpan.FromMinutes(2));
    }

    [Fact]
    public void Add_AMonthOfSamples_TakesAtMostOneAndAHalfMegabytes()
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        SampleHistory history = new();

        for (int minute = 0; minute < 32 * 1440; minute++)
        {
            history.Add(At(minute * 60));
        }

        // Leaves room for the ledgers that the rows share: one in 30 seconds, about 100 bytes each.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 1_000_000, 1_400_000);
    }

    [Fact]
    public void Add_RowsUsedBefore_AllocatesNothing()
    {
        SampleHistory history = new();
        for (int minute = 0; minute < 32 * 1440; minute++)
        {
            history.Add(At(minute * 60));
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        AddSeconds(history, 32 * 86_400, 20_000);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public async Task ToList_WhileTheWriterLapsTheRing_ReturnsWholeRowsInOrder()
    {
        SampleHistory history = new();
        using CancellationTokenSource stop = new();
        Task writer = Task.Run(() =>
        {
            for (int second = 0; !stop.IsCancellationRequested; second++)
            {
                history.Add(Whole(second));
            }
        });

        int rows = 0;
        for (int round = 0; round < 200 || rows < 50_000; round++)
        {
            TimeSpan previous = TimeSpan.MinValue;
            foreach (MemorySample sample in history.ToList())
            {
                Assert.Equal(Whole((int)sample.Elapsed.TotalSeconds), sample);
                Assert.True(sample.Elapsed > previous, "rows are in order and none comes twice");
                previous = sample.Elapsed;
                rows++;
            }

            if (history.Latest is MemorySample latest)
            {
                Assert.Equal(Whole((int)latest.Elapsed.TotalSeconds), latest);
            }
        }

        await stop.CancelAsync();
        await writer;
    }

    private static void AddSeconds(SampleHistory history, int first, int count)
    {
        for (int second = first; second < first + count; second++)
        {
            history.Add(At(second));
        }
    }

    private static MemorySample At(int second) => new() { Elapsed = TimeSpan.FromSeconds(second) };

    // Every part of the row depends on the second: a row of two halves is not equal to any.
    private static MemorySample Whole(int second) => new()
    {
        Elapsed = TimeSpan.FromSeconds(second),
        GCIndex = second,
        HeapSizeBytes = second,
        TotalAllocatedBytes = second % 3 == 0 ? null : second,
        UnmanagedBytes = second,
        LoadTotal = second,
    };
}
