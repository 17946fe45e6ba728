using System.Diagnostics;

namespace MemGuard.Benchmarks.Snapshots;

/// <summary>A thread that sleeps one millisecond at a time and remembers its longest oversleep: what a request would feel.</summary>
internal sealed class StallMeter : IDisposable
{
    private readonly Thread _thread;
    private volatile bool _stopped;
    private TimeSpan _longest;

    public StallMeter()
    {
        _thread = new Thread(Run) { IsBackground = true, Priority = ThreadPriority.AboveNormal };
        _thread.Start();
    }

    public TimeSpan Stop()
    {
        _stopped = true;
        _thread.Join();
        return _longest;
    }

    public void Dispose() => Stop();

    private void Run()
    {
        long last = Stopwatch.GetTimestamp();
        while (!_stopped)
        {
            Thread.Sleep(1);
            long now = Stopwatch.GetTimestamp();
            TimeSpan gap = Stopwatch.GetElapsedTime(last, now);
            _longest = gap > _longest ? gap : _longest;
            last = now;
        }
    }
}
