using MemGuard.Costs;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Tests.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class SeriesRecordingTests
{
    private readonly FakeSeriesStorage _disk = new();
    private readonly List<Exception> _errors = [];
    private readonly OwnCosts _costs = new();

    [Fact]
    public void Write_Rows_AreReadBack()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());

        WriteSeconds(recording, 1, 100);

        Assert.Equal(Enumerable.Range(1, 100), ReadSeconds());
        Assert.Equal((100, 0), (recording.TotalRowsWritten, recording.TotalRowsDropped));
    }

    [Fact]
    public void Write_ManyRows_NeverExceedsFilesTimesBytes()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings { MaxFileBytes = 2000, MaxFiles = 3 });

        WriteSeconds(recording, 1, 1000);

        Assert.Equal(3, _disk.Files.Count);
        Assert.Equal(new DiskUse(_disk.Files.Values.Sum(static file => file.ToArray().Length), 3), _costs.GetDisk(CostPart.Recording));
        Assert.All(_disk.Files.Values, file => Assert.InRange(file.ToArray().Length, SeriesFormat.Header.Length, 2000));
        int[] seconds = ReadSeconds();
        Assert.Equal(Enumerable.Range(seconds[0], seconds.Length), seconds);
        Assert.Equal(1000, seconds[^1]);
    }

    [Fact]
    public void Write_DiskFullInTheMiddleOfARow_CutsTheRowPausesAndResumes()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings { RetryDelay = TimeSpan.FromSeconds(30) });
        WriteSeconds(recording, 1, 5);

        _disk.WritableBytes = 3;
        WriteSeconds(recording, 6, 10);
        Assert.Equal(Enumerable.Range(1, 5), ReadSeconds());

        _disk.WritableBytes = long.MaxValue;
        WriteSeconds(recording, 16, 30);

        Assert.Equal([1, 2, 3, 4, 5, .. Enumerable.Range(36, 10)], ReadSeconds());
        Assert.Equal(30, recording.TotalRowsDropped);
        Assert.IsType<IOException>(Assert.Single(_errors));
    }

    [Fact]
    public void Write_FileWasDeletedMeanwhile_BeginsAnewWithinAMinuteAndSaysSo()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());
        WriteSeconds(recording, 1, 5);
        _disk.Files.Clear();

        WriteSeconds(recording, 6, 60);

        int[] seconds = ReadSeconds();
        Assert.InRange(seconds[0], 6, 60);
        Assert.Equal(65, seconds[^1]);
        Assert.Contains("deleted while it was written", Assert.Single(_errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_LittleFreeSpace_LeavesItAlone()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());
        _disk.FreeBytes = 1024 * 1024;

        WriteSeconds(recording, 1, 10);

        Assert.Empty(_disk.Files);
        Assert.Contains("1 MB free", Assert.Single(_errors).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_DiskFillsUpWhileRecording_NoticesWithoutAFailedWrite()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());
        WriteSeconds(recording, 1, 10);

        _disk.FreeBytes = 0;
        WriteSeconds(recording, 11, 5000);

        Assert.InRange(_disk.Files.Values.Sum(file => file.ToArray().Length), 1, 100_000);
        Assert.Single(_errors.DistinctBy(error => error.Message));
    }

    [Fact]
    public void Write_NewFileCannotBeStarted_KeepsTheOldFiles()
    {
        // So small that every row begins a file.
        SeriesRecording recording = Create(new SeriesWriterSettings { MaxFileBytes = SeriesFormat.Header.Length + 1, MaxFiles = 2, RetryDelay = TimeSpan.Zero });
        WriteSeconds(recording, 1, 20);
        string[] before = [.. _disk.Files.Keys];

        _disk.WritableBytes = 0;
        WriteSeconds(recording, 21, 30);

        Assert.Equal(2, before.Length);
        Assert.Equal(before, _disk.Files.Keys);
    }

    [Fact]
    public void Write_DirectoryReadOnly_ReportsOnceAnHourAndNeverThrows()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());
        _disk.FailsToCreate = true;

        WriteSeconds(recording, 0, 3 * 3600);

        Assert.Equal(3, _errors.Count);
        Assert.Equal(3 * 3600, recording.TotalRowsDropped);
    }

    [Fact]
    public void Write_ErrorHandlerThrows_GoesOn()
    {
        SeriesRecording recording = new(_disk, new SeriesWriterSettings(), _ => throw new InvalidOperationException("logger"));
        _disk.FailsToCreate = true;
        WriteSeconds(recording, 1, 1);

        _disk.FailsToCreate = false;
        WriteSeconds(recording, 60, 1);

        Assert.Equal([60], ReadSeconds());
    }

    [Fact]
    public void Write_ClockWentBackDuringAPause_TriesAgain()
    {
        SeriesRecording recording = Create(new SeriesWriterSettings());
        _disk.FailsToCreate = true;
        WriteSeconds(recording, 100_000, 1);
        _disk.FailsToCreate = false;

        WriteSeconds(recording, 5, 1);

        Assert.Equal(1, recording.TotalRowsWritten);
    }

    private SeriesRecording Create(SeriesWriterSettings settings) => new(_disk, settings, _errors.Add, _costs);

    private int[] ReadSeconds() => [.. _disk.ReadAll().Select(sample => (int)sample.Elapsed.TotalSeconds)];

    private static void WriteSeconds(SeriesRecording recording, int first, int count)
    {
        for (int second = first; second < first + count; second++)
        {
            recording.Write(new MemorySample { Elapsed = TimeSpan.FromSeconds(second), WorkingSetBytes = 123_456_789 });
        }
    }
}
