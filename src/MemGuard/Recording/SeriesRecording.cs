using MemGuard.Costs;
using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>One process's recording: files of bounded size and number. Every failure ends here and pauses the recording for a while.</summary>
/// <remarks>For one thread, the writing one; the statistics may be read from any.</remarks>
internal sealed class SeriesRecording(ISeriesStorage storage, SeriesWriterSettings settings, Action<Exception> onError, OwnCosts? costs = null)
{
    private const long FreeSpaceCheckBytes = 64 * 1024;

    private readonly byte[] _row = new byte[SeriesFormat.MaxRowBytes];
    private readonly OwnCosts _costs = costs ?? OwnCosts.OfProcess;
    private readonly Queue<string> _files = new();

    // Of all files but the newest.
    private readonly Queue<long> _closedLengths = new();
    private Stream? _file;

    // Length of the file up to its last whole row: a write that failed half-way is cut off there.
    private long _length;
    private long _bytesUntilCheck;
    private int _nextFile = 1;

    // Sample time at which the file was last looked for.
    private TimeSpan _lookedAt;

    // Sample time at which the last failure was; null while the disk works.
    private TimeSpan? _failedAt;
    private TimeSpan? _reportedAt;
    private long _totalRowsWritten;
    private long _totalRowsDropped;

    public long TotalRowsWritten => Volatile.Read(ref _totalRowsWritten);

    public long TotalRowsDropped => Volatile.Read(ref _totalRowsDropped);

    /// <summary>Appends a row, or counts it as dropped.</summary>
    public void Write(in MemorySample sample)
    {
        if (_failedAt is TimeSpan failedAt && (sample.Elapsed - failedAt).Duration() < settings.RetryDelay)
        {
            Volatile.Write(ref _totalRowsDropped, _totalRowsDropped + 1);
            return;
        }

        try
        {
            LookWhetherFileIsThere(sample.Elapsed);
            Append(_row.AsSpan(0, SeriesFormat.WriteRow(sample, _row)));
            _failedAt = null;
            Volatile.Write(ref _totalRowsWritten, _totalRowsWritten + 1);
        }
        catch (Exception exception)
        {
            _failedAt = sample.Elapsed;
            Volatile.Write(ref _totalRowsDropped, _totalRowsDropped + 1);
            CutToLastWholeRow();
            Report(exception, sample.Elapsed);
        }
    }

    /// <summary>Closes the file.</summary>
    public void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (Exception)
        {
            // Every row was flushed when it was written: nothing is lost and nobody could act on it.
        }

        _file = null;
    }

    private void LookWhetherFileIsThere(TimeSpan elapsed)
    {
        if (_file is null || (elapsed - _lookedAt).Duration() < settings.PresenceInterval)
        {
            return;
        }

        _lookedAt = elapsed;
        if (!storage.Exists(_files.Last()))
        {
            // What was written since went nowhere: a new file takes the rows from here on.
            Close();
            Report(new IOException("The recording was deleted while it was written. It is begun anew."), elapsed);
        }
    }

    private void Append(ReadOnlySpan<byte> row)
    {
        if (_bytesUntilCheck <= 0 || _failedAt is not null)
        {
            ThrowIfDiskIsFull();
            _bytesUntilCheck = FreeSpaceCheckBytes;
        }

        if (_file is null || _length + row.Length > settings.MaxFileBytes)
        {
            BeginFile();
        }

        // Row by row to the operating system: the last rows before a kill are the ones that matter.
        _file!.Write(row);
        _file.Flush();
        _length += row.Length;
        _costs.AddDisk(CostPart.Recording, row.Length, 0);
        _bytesUntilCheck -= row.Length;
    }

    private void ThrowIfDiskIsFull()
    {
        long free = storage.GetFreeBytes();
        if (free < settings.MinimumFreeBytes)
        {
            throw new IOException($"{ByteText.Of(free)} free on the disk of the recording, less than the {ByteText.Of(settings.MinimumFreeBytes)} that it leaves alone.");
        }
    }

    private void BeginFile()
    {
        string name = FormattableString.Invariant($"series-{_nextFile:D6}.csv");
        Stream file = storage.Create(name);
        _nextFile++;
        try
        {
            file.Write(SeriesFormat.Header);
            file.Flush();
        }
        catch
        {
            // Tries on a full disk must not leave empty files behind, nor push out the old ones.
            file.Dispose();
            storage.Delete(name);
            throw;
        }

        Close();
        if (_files.Count > 0)
        {
            _closedLengths.Enqueue(_length);
        }

        _file = file;
        _length = SeriesFormat.Header.Length;
        _files.Enqueue(name);
        _costs.AddDisk(CostPart.Recording, _length, 1);
        while (_files.Count > settings.MaxFiles)
        {
            storage.Delete(_files.Dequeue());
            _costs.AddDisk(CostPart.Recording, -_closedLengths.Dequeue(), -1);
        }
    }

    private void CutToLastWholeRow()
    {
        try
        {
            _file?.SetLength(_length);
            _file?.Seek(_length, SeekOrigin.Begin);
        }
        catch (Exception)
        {
            // The file is in an unknown state: leave it and begin another at the next try.
            Close();
        }
    }

    private void Report(Exception exception, TimeSpan elapsed)
    {
        if (_reportedAt is TimeSpan reportedAt && (elapsed - reportedAt).Duration() < settings.ReportInterval)
        {
            return;
        }

        _reportedAt = elapsed;
        try
        {
            onError(exception);
        }
        catch (Exception)
        {
            // A logger that throws must not end the recording.
        }
    }
}
