using System.Diagnostics;
using System.Globalization;
using MemGuard.HeapSnapshots.Allocations;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Benchmarks.Snapshots;

/// <summary>
/// What an allocation profile takes from a process whose every processor works and allocates some 200 MB a second: work done while a profile is taken, from
/// its request to its result, beside the work before and after it.
/// </summary>
internal static class AllocationProfileProgram
{
    private const double BytesASecond = 200e6;
    private const int ObjectBytes = 128;
    private const int ObjectsAStep = 64;

    private static readonly TimeSpan WarmUp = Effort.Of(TimeSpan.FromSeconds(3), least: TimeSpan.FromSeconds(0.3));
    private static readonly TimeSpan Turn = Effort.Of(TimeSpan.FromSeconds(1), least: TimeSpan.FromSeconds(0.1));

    private static volatile bool _isOver;
    private static int _mixes;

    /// <summary>Arguments: [rounds, 30 by default].</summary>
    public static int Run(string[] args)
    {
        int rounds = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 30;
        _mixes = Calibrate();
        Worker[] workers = [.. Enumerable.Range(0, Environment.ProcessorCount).Select(static _ => new Worker())];
        Thread.Sleep(WarmUp);
        double before = MeasureTurn(workers);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workers.Length} threads, {before * ObjectsAStep * ObjectBytes / workers.Length / 1e6:0} MB/s each."));
        List<double> ratios = [];
        for (int round = 0; round < rounds; round++)
        {
            AllocationProfile? profile = null;
            long start = Stopwatch.GetTimestamp();
            double during = Measure(workers, () => profile = Profile());
            TimeSpan length = Stopwatch.GetElapsedTime(start);
            double after = MeasureTurn(workers);
            ratios.Add(2 * during / (before + after));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round + 1}: {ratios[^1]:0.000} for {length.TotalMilliseconds:0} ms; before {before:0}, during {during:0}, after {after:0} steps/s; {profile?.ToString() ?? "refused"}"));
            before = after;
        }

        _isOver = true;
        double median = Median.Of(ratios);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"Work done while a profile is taken: {median:0.000} of the work beside it, median of {rounds} (accepted: 0.9)."));
        return median >= 0.9 ? 0 : 1;
    }

    // A profiler of its own each time: one gives twelve an hour.
    private static AllocationProfile? Profile() =>
        new AllocationProfiler(TimeProvider.System, NullLogger.Instance).ProfileAsync(TimeSpan.FromSeconds(10)).GetAwaiter().GetResult().Profile;

    /// <returns>Steps a second while nothing but the work goes on.</returns>
    private static double MeasureTurn(params Worker[] workers) => Measure(workers, static () => Thread.Sleep(Turn));

    /// <returns>Steps a second of all threads while it runs.</returns>
    private static double Measure(Worker[] workers, Action action)
    {
        long steps = workers.Sum(static worker => worker.Steps);
        long start = Stopwatch.GetTimestamp();
        action();
        return (workers.Sum(static worker => worker.Steps) - steps) / Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <returns>How much is to be reckoned for each object, so that one thread by itself allocates as much as is asked for.</returns>
    private static int Calibrate()
    {
        int mixes = 16;
        while (true)
        {
            _mixes = mixes;
            Worker worker = new();
            MeasureTurn(worker);
            double rate = MeasureTurn(worker) * ObjectsAStep * ObjectBytes;
            worker.Stop();
            if (rate <= BytesASecond)
            {
                return mixes;
            }

            mixes = (int)(mixes * Math.Min(4, rate / BytesASecond * 1.02)) + 1;
        }
    }

    /// <summary>A thread that reckons and allocates without rest.</summary>
    private sealed class Worker
    {
        private readonly byte[]?[] _last = new byte[]?[16];
        private volatile bool _isStopped;
        private long _steps;
        private ulong _state = 1;

        public Worker() => new Thread(Work) { IsBackground = true }.Start();

        public long Steps => Volatile.Read(ref _steps);

        public void Stop() => _isStopped = true;

        private void Work()
        {
            while (!_isOver && !_isStopped)
            {
                for (int i = 0; i < ObjectsAStep; i++)
                {
                    for (int mix = 0; mix < _mixes; mix++)
                    {
                        _state = (_state ^ (_state >> 29)) * 0xBF58476D1CE4E5B9;
                    }

                    byte[] made = new byte[ObjectBytes - 24];
                    made[0] = (byte)_state;
                    _last[i % _last.Length] = made;
                }

                Volatile.Write(ref _steps, _steps + 1);
            }
        }
    }
}
