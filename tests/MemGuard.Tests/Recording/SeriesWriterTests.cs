using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class SeriesWriterTests
{
    private readonly FakeSeriesStorage _disk = new();

    [Fact]
    public void Dispose_WithItsOwnThread_HasRecordedEveryRow()
    {
        using SeriesWriter writer = new(_disk, new SeriesWriterSettings { QueueCapacity = 1000 }, _ => { });
        writer.Start();

        AddSeconds(writer, 1, 500);
        writer.Dispose();

        Assert.Equal(Enumerable.Range(1, 500), _disk.ReadAll().Select(sample => (int)sample.Elapsed.TotalSeconds));
        Assert.Equal((500, 0), (writer.TotalRowsWritten, writer.TotalRowsDropped));
    }

    [Fact]
    public void Add_WriterBehind_DropsAndCounts()
    {
        using SeriesWriter writer = new(_disk, new SeriesWriterSettings { QueueCapacity = 8 }, _ => { });

        AddSeconds(writer, 1, 20);
        writer.Drain();
        AddSeconds(writer, 21, 3);
        writer.Drain();

        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 21, 22, 23], _disk.ReadAll().Select(sample => (int)sample.Elapsed.TotalSeconds));
        Assert.Equal((11, 12), (writer.TotalRowsWritten, writer.TotalRowsDropped));
    }

    [Fact]
    public void Add_AllocatesNothing()
    {
        using SeriesWriter writer = new(_disk, new SeriesWriterSettings(), _ => { });
        AddSeconds(writer, 1, 1);

        long before = GC.GetAllocatedBytesForCurrentThread();
        AddSeconds(writer, 2, 200);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void Add_DiskFails_NothingComesBackToTheSampler()
    {
        List<Exception> errors = [];
        _disk.FailsToCreate = true;
        using SeriesWriter writer = new(_disk, new SeriesWriterSettings { QueueCapacity = 1000 }, errors.Add);
        writer.Start();

        AddSeconds(writer, 1, 100);
        writer.Dispose();

        Assert.Equal((0, 100), (writer.TotalRowsWritten, writer.TotalRowsDropped));
        Assert.IsType<UnauthorizedAccessException>(errors[0]);
    }

    [Fact]
    public void Dispose_NeverStarted_RecordsWhatIsLeftAndMayBeRepeated()
    {
        SeriesWriter writer = new(_disk, new SeriesWriterSettings(), _ => { });
        AddSeconds(writer, 1, 3);

        writer.Dispose();
        writer.Dispose();

        Assert.Equal(3, writer.TotalRowsWritten);
    }

    private static void AddSeconds(SeriesWriter writer, int first, int count)
    {
        for (int second = first; second < first + count; second++)
        {
            writer.Add(new MemorySample { Elapsed = TimeSpan.FromSeconds(second) });
        }
    }
}
