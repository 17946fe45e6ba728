using System.Diagnostics;
using MemGuard.Containers;

namespace MemGuard.Sampling;

// The sources one by one: one that fails is reported and leaves its values unknown.
internal sealed partial class MemorySampler
{
    private (TimeSpan Elapsed, DateTimeOffset Timestamp) ReadClock()
    {
        try
        {
            return (_clock.ReadElapsed(), _clock.UtcNow);
        }
        catch (Exception exception)
        {
            _faults.Report("the clock", exception);
            return (_clock.Latest, default);
        }
    }

    private CounterReading ReadCounters()
    {
        try
        {
            return new CounterReading
            {
                // Seen at -2.9 MB in a process that had not collected yet.
                TotalMemoryBytes = Math.Max(0, _counters.TotalMemoryBytes),
                TotalAllocatedBytes = _counters.TotalAllocatedBytes,
                Gen0Count = _counters.CollectionCount(0),
                Gen1Count = _counters.CollectionCount(1),
                Gen2Count = _counters.CollectionCount(2),
                TotalPauseDuration = _counters.TotalPauseDuration,
                TimerCount = _counters.TimerCount,
            };
        }
        catch (Exception exception)
        {
            _faults.Report("reading the runtime's counters", exception);
            return default;
        }
    }

    private void UpdateCollections(TimeSpan elapsed)
    {
        try
        {
            bool refresh = elapsed - _recordsReadAt >= RecordRefresh;
            _collections.Update(refresh);
            _recordsReadAt = refresh ? elapsed : _recordsReadAt;
        }
        catch (Exception exception)
        {
            _faults.Report("reading the collections' records", exception);
        }
    }

    private ProcessReading ReadProcess()
    {
        try
        {
            return _process.Read();
        }
        catch (Exception exception)
        {
            _faults.Report("reading the working set", exception);
            return default;
        }
    }

    private void ReadContainer(TimeSpan elapsed)
    {
        if (_containerReadAt is TimeSpan readAt && elapsed - readAt < ContainerRefresh)
        {
            return;
        }

        _containerReadAt = elapsed;
        _containerReading = default;
        try
        {
            _containerReading = _container.Read();
        }
        catch (Exception exception)
        {
            _faults.Report("reading the container's limit", exception);
        }
    }

    private double? ReadLoad()
    {
        try
        {
            return _settings.LoadSignal?.Invoke() is double total && double.IsFinite(total) ? total : null;
        }
        catch (Exception exception)
        {
            _faults.Report("the load signal", exception);
            return null;
        }
    }

    private static TimeSpan ProcessAge(TimeProvider timeProvider)
    {
        try
        {
            using Process process = Process.GetCurrentProcess();
            TimeSpan age = timeProvider.GetUtcNow().UtcDateTime - process.StartTime.ToUniversalTime();
            return age > TimeSpan.Zero ? age : TimeSpan.Zero;
        }
        catch (Exception exception) when (exception is InvalidOperationException or NotSupportedException or System.ComponentModel.Win32Exception)
        {
            return TimeSpan.Zero;
        }
    }

    /// <summary>One reading of the cheap counters: all of them or none.</summary>
    private readonly record struct CounterReading
    {
        public long? TotalMemoryBytes { get; init; }

        public long? TotalAllocatedBytes { get; init; }

        public long? Gen0Count { get; init; }

        public long? Gen1Count { get; init; }

        public long? Gen2Count { get; init; }

        public TimeSpan? TotalPauseDuration { get; init; }

        public long? TimerCount { get; init; }
    }
}
