using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>The recording of a session, which may begin, end or move while the session runs: somebody who wants one at night must not restart for it.</summary>
/// <remarks>One thread adds samples; the rest is thread-safe.</remarks>
/// <param name="create">Makes the recording into a directory.</param>
internal sealed class SwitchedRecording(Func<string, ISampleSink> create)
{
    /// <summary>The longest that a reload of the configuration waits for the last rows of the recording that ends.</summary>
    private static readonly TimeSpan LongestSwitch = TimeSpan.FromSeconds(1);

    /// <summary>Guards all below. Held for as long as it takes to hand a row over, which never waits.</summary>
    private readonly Lock _gate = new();
    private ISampleSink? _sink;
    private string? _directory;
    private bool _hasRecorded;
    private bool _isStarted;

    /// <summary>Rows of the recordings that have ended.</summary>
    private (long Written, long Dropped) _before;

    /// <summary>Rows written and lost so far; null when nothing was ever recorded.</summary>
    public (long Written, long Dropped)? Rows
    {
        get
        {
            lock (_gate)
            {
                return !_hasRecorded ? null
                    : _sink is { } sink ? (_before.Written + sink.TotalRowsWritten, _before.Dropped + sink.TotalRowsDropped)
                    : _before;
            }
        }
    }

    /// <summary>Begins with what was switched to before.</summary>
    public void Start()
    {
        lock (_gate)
        {
            _isStarted = true;
            _sink?.Start();
        }
    }

    /// <summary>Records into a directory from now on, or from <see cref="Start"/> on; null for no more.</summary>
    public void SwitchTo(string? directory)
    {
        ISampleSink? ended;
        lock (_gate)
        {
            if (directory == _directory)
            {
                return;
            }

            ended = _sink;
            _directory = directory;
            _sink = directory is null ? null : create(directory);
            _hasRecorded |= _sink is not null;
            if (_isStarted)
            {
                _sink?.Start();
            }
        }

        if (ended is null)
        {
            return;
        }

        // Outside the lock: the last rows may have to wait for a slow disk. No row comes any more.
        ended.Stop(LongestSwitch);
        lock (_gate)
        {
            _before = (_before.Written + ended.TotalRowsWritten, _before.Dropped + ended.TotalRowsDropped);
        }
    }

    public void Add(in MemorySample sample)
    {
        lock (_gate)
        {
            _sink?.Add(sample);
        }
    }

    /// <summary>Ends it.</summary>
    /// <param name="longest">The longest that this waits for the last rows.</param>
    public void Stop(TimeSpan longest)
    {
        ISampleSink? sink;
        lock (_gate)
        {
            sink = _sink;
        }

        sink?.Stop(longest);
    }
}
