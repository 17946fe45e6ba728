using MemGuard.Costs;
using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>Takes rows from the sampling thread without ever making it wait, and records them on a thread of its own.</summary>
/// <remarks>One thread adds; the statistics may be read from any.</remarks>
internal sealed class SeriesWriter : ISampleSink
{
    // Shutdown gives a slow disk this long; the thread is a background one and ends with the process.
    private static readonly TimeSpan ShutdownWait = TimeSpan.FromSeconds(2);

    private readonly SeriesRecording _recording;
    private readonly Action<Exception> _onError;
    private readonly MemorySample[] _rows;
    private readonly AutoResetEvent _added = new(false);

    // Rows ever added; written by the adding thread only. A slot is the writer's once this has passed it.
    private long _addedCount;

    // Rows ever taken; written by the writing thread only. A slot is free again once this has passed it.
    private long _takenCount;

    private long _rejectedCount;
    private volatile bool _stopping;

    /// <summary>Null before the start, and where none can be had.</summary>
    private Thread? _thread;
    private bool _disposed;

    /// <param name="storage">Where the files go.</param>
    /// <param name="settings">Bounds.</param>
    /// <param name="onError">Called at the first failure, then at most once an interval. Called on the writing thread; what it throws is dropped.</param>
    public SeriesWriter(ISeriesStorage storage, SeriesWriterSettings settings, Action<Exception> onError)
    {
        _recording = new SeriesRecording(storage, settings, onError);
        _onError = onError;
        _rows = new MemorySample[settings.QueueCapacity];
    }

    /// <summary>Rows that are in a file.</summary>
    public long TotalRowsWritten => _recording.TotalRowsWritten;

    /// <summary>Rows lost because the writer was behind or the disk failed.</summary>
    public long TotalRowsDropped => Volatile.Read(ref _rejectedCount) + _recording.TotalRowsDropped;

    /// <summary>Starts the writing thread. Without memory for one, rows are dropped and counted.</summary>
    public void Start() => _thread ??= OwnThread.TryStart("MemGuard recording", OwnCosts.OfProcess.Meter(CostPart.Recording, Step), _onError, ThreadPriority.BelowNormal);

    /// <summary>Hands a row over; drops and counts it when the writer is behind.</summary>
    public void Add(in MemorySample sample)
    {
        long number = _addedCount;
        if (number - Volatile.Read(ref _takenCount) == _rows.Length)
        {
            Volatile.Write(ref _rejectedCount, _rejectedCount + 1);
            return;
        }

        _rows[number % _rows.Length] = sample;
        Volatile.Write(ref _addedCount, number + 1);
        _added.Set();
    }

    /// <summary>Records what was added so far. The writing thread's work; tests call it instead of <see cref="Start"/>.</summary>
    public void Drain()
    {
        while (_takenCount < Volatile.Read(ref _addedCount))
        {
            _recording.Write(_rows[_takenCount % _rows.Length]);
            Volatile.Write(ref _takenCount, _takenCount + 1);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Stop(ShutdownWait);

    /// <inheritdoc/>
    public void Stop(TimeSpan longest)
    {
        if (_disposed)
        {
            return;
        }

        _disposed = true;
        _stopping = true;
        if (_thread is not null)
        {
            // After a timeout the event stays: the thread still needs it.
            _added.Set();
            if (!_thread.Join(longest))
            {
                return;
            }
        }
        else
        {
            Finish();
        }

        _added.Dispose();
    }

    /// <returns>False when the writer is stopping.</returns>
    private bool Step()
    {
        if (_stopping)
        {
            Finish();
            return false;
        }

        _added.WaitOne();
        Drain();
        return true;
    }

    private void Finish()
    {
        Drain();
        _recording.Close();
    }
}
