using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Sampling;

namespace MemGuard.Tests.Safety;

/// <summary>What a test breaks.</summary>
public enum Seam
{
    None,
    RuntimeCounters,
    CollectionRecords,
    ResidentMemory,
    Container,
    Assemblies,
    Clock,
    WallClock,
    LoadSignal,
}

/// <summary>All sources of a sampler in one: healthy ones, except for the seam that is broken. Memory outside the heap can be told to grow.</summary>
internal sealed class Sabotage(Seam broken) : TimeProvider, IGCCounters, IProcessMemory, IContainerMemory
{
    private const long Megabyte = 1024 * 1024;
    private const long Limit = 1024 * Megabyte;

    /// <summary>Below the pressure at which the bounded structures of the whole process shrink, those of other tests too.</summary>
    private const long MostResident = 750 * Megabyte;

    private long _timestamp;
    private long _reads;

    /// <summary>Moves at every reading by this much, so that the loop never has to wait. May be negative.</summary>
    public TimeSpan Leap { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Growth of the working set with every sample, up to three quarters of the limit.</summary>
    public long GrowthBytes { get; set; }

    /// <summary>The clock's last reading.</summary>
    public TimeSpan Now => TimeSpan.FromTicks(Interlocked.Read(ref _timestamp));

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public long TotalMemoryBytes => Unless(Seam.RuntimeCounters, 20 * Megabyte);

    public long TotalAllocatedBytes => 100 * Megabyte;

    public TimeSpan TotalPauseDuration => TimeSpan.Zero;

    public long TimerCount => 3;

    public long? HeapHardLimitBytes => null;

    public override long GetTimestamp() => Unless(Seam.Clock, Interlocked.Add(ref _timestamp, Leap.Ticks));

    public override DateTimeOffset GetUtcNow() => Unless(Seam.WallClock, DateTimeOffset.UnixEpoch);

    public int CollectionCount(int generation) => 0;

    public GCRecord Read(GCKind kind) => Unless(Seam.CollectionRecords, default(GCRecord));

    ProcessReading IProcessMemory.Read()
    {
        long resident = Math.Min((100 * Megabyte) + (GrowthBytes * _reads++), MostResident);
        return Unless(Seam.ResidentMemory, new ProcessReading(resident, resident - (30 * Megabyte)));
    }

    ContainerDetails IContainerMemory.Read() => Unless(Seam.Container, new ContainerDetails { LimitBytes = Limit });

    public double ReadLoad() => Unless(Seam.LoadSignal, 1.0);

    public MemorySampler CreateSampler(SamplingSettings settings, InternalFaults faults)
    {
        SlowTier slow = new(null, () => Unless(Seam.Assemblies, 40), faults, System);
        return new MemorySampler(settings, new SampleClock(new HealthyClock(this), TimeSpan.Zero), this, this, new ContainerReader(this, faults, System), slow, faults);
    }

    private T Unless<T>(Seam seam, T value) => broken == seam ? throw new InvalidOperationException($"{seam} is broken") : value;

    // A session cannot be built on a clock that fails from its first reading on: this one fails from the second on.
    private sealed class HealthyClock(Sabotage sabotage) : TimeProvider
    {
        private int _reads;

        public override long TimestampFrequency => sabotage.TimestampFrequency;

        public override long GetTimestamp() => _reads++ == 0 ? 0 : sabotage.GetTimestamp();

        public override DateTimeOffset GetUtcNow() => sabotage.GetUtcNow();
    }
}
