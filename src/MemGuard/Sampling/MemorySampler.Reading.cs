
namespace MemGuard.Sampling;

// The sources one by one: one that fails is reported and leaves its values unknown.
internal sealed partial class MemorySampler
{
    /// <summary>How much rarer what is dear is read than it would be: the container, the ledger, the assemblies. For the sampler's thread.</summary>
    public int Stretch
    {
        set
        {
            _container.Stretch = value;
            if (_slow is not null)
            {
                _slow.Stretch = value;
            }
        }
    }

    private (TimeSpan Elapsed, DateTimeOffset Timestamp) ReadClock() =>
        _faults.Get("the clock", this, static sampler => (sampler._clock.ReadElapsed(), sampler._clock.UtcNow), (_clock.Latest, default));

    private CounterReading ReadCounters() => _faults.Get(
        "reading the runtime's counters",
        _counters,
        static counters => new CounterReading
        {
            // Seen at -2.9 MB in a process that had not collected yet.
            TotalMemoryBytes = Math.Max(0, counters.TotalMemoryBytes),
            TotalAllocatedBytes = counters.TotalAllocatedBytes,
            Gen0Count = counters.CollectionCount(0),
            Gen1Count = counters.CollectionCount(1),
            Gen2Count = counters.CollectionCount(2),
            TotalPauseDuration = counters.TotalPauseDuration,
            TimerCount = counters.TimerCount,
        },
        default);

    private void UpdateCollections(TimeSpan elapsed) => _faults.Run(
        "reading the collections' records",
        (Sampler: this, Elapsed: elapsed),
        static now =>
        {
            MemorySampler sampler = now.Sampler;
            bool refresh = now.Elapsed - sampler._recordsReadAt >= RecordRefresh;
            sampler._collections.Update(refresh);
            sampler._recordsReadAt = refresh ? now.Elapsed : sampler._recordsReadAt;
        });

    private ProcessReading ReadProcess() => _faults.Get("reading the working set", _process, static process => process.Read(), default);

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
