using MemGuard.Evidence;
using MemGuard.Sampling;

namespace MemGuard.Tests.Evidence.Reports;

public sealed class ReportHistoryTests
{
    [Fact]
    public void Read_AfterHours_IsNewestFirstAndFinerTheNewer()
    {
        ReportHistory history = new();
        for (int second = 0; second < 20_000; second++)
        {
            history.Add(new MemorySample { Elapsed = TimeSpan.FromSeconds(second), WorkingSetBytes = second });
        }

        List<long> seconds = [];
        ReportHistory.Reader reader = history.Read();
        while (reader.TryRead(out ReportHistory.Row row))
        {
            Assert.Equal(row[0] / 1000, row[2]);
            Assert.Null(row[4]);
            seconds.Add(row[0]!.Value / 1000);
        }

        Assert.Equal(19_999, seconds[0]);
        Assert.Equal(seconds.OrderDescending(), seconds);
        Assert.Equal(seconds.Distinct(), seconds);
        Assert.Equal(120, seconds.TakeWhile((second, index) => second == 19_999 - index).Count());
        Assert.InRange(19_999 - seconds[^1], 2 * 3_500, 2 * 3_600);
    }

    [Fact]
    public void Read_BesideAWriter_NeverShowsATornRow()
    {
        ReportHistory history = new();
        using CancellationTokenSource done = new();
        Thread writer = new(() =>
        {
            for (int i = 0; !done.IsCancellationRequested; i++)
            {
                history.Add(new MemorySample { Elapsed = TimeSpan.FromMilliseconds(i), WorkingSetBytes = i, Gen2LiveBytes = i });
            }
        });
        writer.Start();

        for (int pass = 0; pass < 2_000; pass++)
        {
            ReportHistory.Reader reader = history.Read();
            while (reader.TryRead(out ReportHistory.Row row))
            {
                Assert.Equal((row[0], row[0]), (row[2], row[3]));
            }
        }

        done.Cancel();
        writer.Join();
    }
}
