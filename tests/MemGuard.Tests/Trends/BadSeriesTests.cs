using MemGuard.Sampling;
using MemGuard.Tests.Alerts;
using MemGuard.Tests.Support;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Trends;

/// <summary>What real recordings look like when something went wrong: no exception, no false alarm.</summary>
public class BadSeriesTests
{
    private static readonly MemorySample[] Healthy = [.. new SyntheticService { IntervalSeconds = 10, Live = t => 100 + (10 * Math.Sin(t / 900)) }.Run(6 * 3600)];

    [Fact]
    public void Observe_Duplicates_ChangeNothing()
    {
        AssertQuiet(Healthy.SelectMany(sample => Enumerable.Repeat(sample, 3)));
    }

    [Fact]
    public void Observe_Reordered_StaysQuiet()
    {
        Random random = new(1);
        AssertQuiet(Healthy.Chunk(8).SelectMany(chunk => chunk.OrderBy(_ => random.Next())));
    }

    [Fact]
    public void Observe_GapsOfHours_StaysQuiet()
    {
        AssertQuiet(Healthy.Select((sample, i) => sample with { Elapsed = sample.Elapsed + TimeSpan.FromHours(5 * (i / 300)) }));
    }

    [Fact]
    public void Observe_ClockJumpsBack_StartsAnew()
    {
        AssertQuiet(Healthy.Concat(Healthy));
    }

    [Fact]
    public void Observe_ClockJumpsFarAhead_StaysQuiet()
    {
        AssertQuiet(Healthy.Select((sample, i) => i < 500 ? sample : sample with { Elapsed = sample.Elapsed + TimeSpan.FromDays(4000) }));
    }

    [Fact]
    public void Observe_LimitChanges_StaysQuiet()
    {
        AssertQuiet(Healthy.Select((sample, i) => sample with { MemoryLimitBytes = (i / 100 % 3) switch { 0 => null, 1 => 400 << 20, _ => 4L << 30 } }));
    }

    [Fact]
    public void Observe_CountersRestart_StaysQuiet()
    {
        AssertQuiet(Healthy.Select((sample, i) => sample with
        {
            TotalAllocatedBytes = sample.TotalAllocatedBytes % (500L << 20),
            Gen0CollectionCount = sample.Gen0CollectionCount % 77,
            Gen2CollectionCount = sample.Gen2CollectionCount % 13,
            GCIndex = sample.GCIndex % 99,
            TotalPauseDuration = TimeSpan.FromMilliseconds(sample.TotalPauseDuration!.Value.TotalMilliseconds % 500),
        }));
    }

    [Fact]
    public void Observe_ZerosAndNonsense_ThrowsNothing()
    {
        Random random = new(7);
        TrendDetector detector = new(new TrendSettings());
        long?[] values = [null, 0, -1, 1, 100 << 20, long.MaxValue, long.MinValue];
        for (int i = 0; i < 20_000; i++)
        {
            TrendReport report = detector.Observe(new MemorySample
            {
                Elapsed = TimeSpan.FromSeconds(i * random.NextDouble() * 3),
                HeapSizeBytes = Any(),
                Gen2LiveBytes = Any(),
                Gen2FragmentedBytes = Any(),
                TotalMemoryBytes = Any(),
                TotalCommittedBytes = Any(),
                TotalAllocatedBytes = Any(),
                Gen2CollectionCount = Any(),
                TotalPauseDuration = random.Next(3) == 0 ? TimeSpan.FromTicks(random.NextInt64()) : null,
                AnonymousBytes = Any(),
                WorkingSetBytes = Any(),
                MemoryLimitBytes = Any(),
                HeapLimitBytes = Any(),
                TotalAvailableMemoryBytes = Any(),
                NativeAllocatedBytes = Any(),
                NativeFreeBytes = Any(),
                TimerCount = Any(),
                AssemblyCount = Any(),
                LoadTotal = random.Next(4) switch { 0 => double.NaN, 1 => double.PositiveInfinity, 2 => -1, _ => null },
            });
            Assert.NotNull(MemoryTriage.Diagnose(report, new TriageSettings()));
        }

        long? Any() => values[random.Next(values.Length)];
    }

    [Fact]
    public void Observe_OnlyFewColumns_StillFindsTheLeak()
    {
        IEnumerable<MemorySample> samples = new SyntheticService { IntervalSeconds = 30, Live = t => 100 + (t / 60) }.Run(12 * 3600).Select(sample => new MemorySample
        {
            Elapsed = sample.Elapsed,
            Gen2LiveBytes = sample.Gen2LiveBytes,
            TotalCommittedBytes = sample.TotalCommittedBytes,
            WorkingSetBytes = sample.WorkingSetBytes,
            MemoryLimitBytes = sample.MemoryLimitBytes,
        });

        Assert.Contains(Diagnoses(samples), diagnosis => diagnosis is { IsConfirmed: true, Problem: MemoryProblem.ManagedLeak });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Observe_NoColumnForTheLiveHeap_StillFindsTheLeak(bool hasGeneration)
    {
        IEnumerable<MemorySample> samples = new SyntheticService { IntervalSeconds = 30, Live = t => 100 + (t / 60) }.Run(12 * 3600).Select(sample => new MemorySample
        {
            Elapsed = sample.Elapsed,
            GCIndex = hasGeneration ? sample.GCIndex : null,
            GCGeneration = hasGeneration ? 2 : null,
            HeapSizeBytes = sample.HeapSizeBytes,
            WorkingSetBytes = sample.WorkingSetBytes,
            TotalCommittedBytes = sample.TotalCommittedBytes,
            MemoryLimitBytes = sample.MemoryLimitBytes,
        });

        Assert.Contains(Diagnoses(samples), diagnosis => diagnosis is { IsConfirmed: true, Problem: MemoryProblem.ManagedLeak });
    }

    [Fact]
    public void Observe_RecordingsInReverse_ThrowsNothing()
    {
        foreach (string name in RecordedSeries.Names)
        {
            Assert.NotEmpty(Diagnoses(RecordedSeries.Read(name).Reverse()));
        }
    }

    private static void AssertQuiet(IEnumerable<MemorySample> samples) =>
        Assert.DoesNotContain(Diagnoses(samples), diagnosis => diagnosis.IsConfirmed);

    private static IEnumerable<MemoryDiagnosis> Diagnoses(IEnumerable<MemorySample> samples)
    {
        TrendDetector detector = new(new TrendSettings());
        foreach (MemorySample sample in samples)
        {
            yield return MemoryTriage.Diagnose(detector.Observe(sample), new TriageSettings());
        }
    }
}
