using MemGuard.Sampling;

namespace MemGuard.Tests.Trends;

/// <summary>A service as a sampler sees it, without noise: what a test changes is the only thing that moves.</summary>
internal sealed class SyntheticService
{
    public const long Megabyte = 1 << 20;

    private long _fullCollections;

    public double IntervalSeconds { get; init; } = 1;

    /// <summary>Live heap in megabytes at a time in seconds.</summary>
    public Func<double, double> Live { get; init; } = _ => 100;

    /// <summary>Memory outside the heap in megabytes.</summary>
    public Func<double, double> Unmanaged { get; init; } = _ => 40;

    public Func<double, double> Timers { get; init; } = _ => 3;

    public Func<double, double> Assemblies { get; init; } = _ => 120;

    public Func<double, double> FinalizerLag { get; init; } = _ => 0;

    public long? Limit { get; init; } = 1024 * Megabyte;

    /// <summary>Seconds between full collections.</summary>
    public double FullEvery { get; init; } = 10;

    public IEnumerable<MemorySample> Run(double seconds)
    {
        for (double time = IntervalSeconds; time <= seconds; time += IntervalSeconds)
        {
            yield return At(time);
        }
    }

    public MemorySample At(double time)
    {
        _fullCollections = (long)(time / FullEvery);
        double collected = _fullCollections * FullEvery;
        long live = (long)(Live(Math.Max(0, collected)) * Megabyte);
        long heap = (long)(Live(time) * Megabyte) + (5 * Megabyte);
        long committed = heap + (20 * Megabyte);
        return new MemorySample
        {
            Elapsed = TimeSpan.FromSeconds(time),
            GCIndex = (long)time,
            GCGeneration = 0,
            HeapSizeBytes = heap,
            FragmentedBytes = Megabyte,
            FullCollectionIndex = _fullCollections == 0 ? null : _fullCollections * 100,
            Gen2LiveBytes = _fullCollections == 0 ? null : live,
            Gen2FragmentedBytes = _fullCollections == 0 ? null : Megabyte,
            TotalMemoryBytes = heap,
            TotalCommittedBytes = committed,
            TotalAllocatedBytes = (long)(time * 10 * Megabyte),
            Gen0CollectionCount = (long)time,
            Gen2CollectionCount = _fullCollections,
            TotalPauseDuration = TimeSpan.FromMilliseconds(time),
            WorkingSetBytes = committed + (long)(Unmanaged(time) * Megabyte) + (60 * Megabyte),
            AnonymousBytes = committed + (long)(Unmanaged(time) * Megabyte),
            MemoryLimitBytes = Limit,
            TimerCount = (long)Timers(time),
            AssemblyCount = (long)Assemblies(time),
            FinalizerLag = TimeSpan.FromSeconds(FinalizerLag(time)),
        };
    }
}
