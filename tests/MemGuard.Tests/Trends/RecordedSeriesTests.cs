using MemGuard.Sampling;
using MemGuard.Tests.Support;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests.Trends;

public class RecordedSeriesTests
{
    [Theory]
    [InlineData("managed-static-strings", MemoryProblem.ManagedLeak, 200)]
    [InlineData("managed-heap-hard-limit", MemoryProblem.ManagedLeak, 108)]
    [InlineData("managed-heap-hard-limit", MemoryProblem.GCThrash, 115)]
    [InlineData("native-malloc", MemoryProblem.UnmanagedGrowth, 150)]
    public void Diagnose_RecordedProblem_IsToldInTime(string name, MemoryProblem problem, double latest)
    {
        List<(double Time, MemoryDiagnosis Diagnosis)> told = Replay(name);

        Assert.Contains(told, one => one.Diagnosis.Problem == problem && one.Time <= latest);
    }

    [Theory]
    [InlineData("managed-static-strings", MemoryProblem.ManagedLeak)]
    [InlineData("native-malloc", MemoryProblem.UnmanagedGrowth)]
    public void Diagnose_RecordedProblem_NamesNoOtherKind(string name, MemoryProblem problem)
    {
        Assert.All(Replay(name), one => Assert.Equal(problem, one.Diagnosis.Problem));
    }

    [Theory]
    [InlineData("healthy-minimal-api")]
    [InlineData("healthy-loh-churn")]
    [InlineData("healthy-tls")]
    [InlineData("healthy-spikes")]
    public void Diagnose_RecordedHealthyService_SaysNothing(string name)
    {
        Assert.Empty(Replay(name));
    }

    [Theory]
    [InlineData("healthy-cache-warmup")]
    [InlineData("healthy-ttl-cache")]
    public void Diagnose_RecordedFillingCache_IsNeverConfirmed(string name)
    {
        Assert.All(Replay(name), one => Assert.True(one.Diagnosis is { Problem: MemoryProblem.ManagedLeak, IsConfirmed: false }));
    }

    [Fact]
    public void Diagnose_RecordedTimeToLiveCache_WithdrawsItsSuspicion()
    {
        Assert.Equal(MemoryProblem.None, Last("healthy-ttl-cache").Problem);
    }

    private static List<(double Time, MemoryDiagnosis Diagnosis)> Replay(string name)
    {
        TrendDetector detector = new(new TrendSettings());
        List<(double Time, MemoryDiagnosis Diagnosis)> told = [];
        foreach (MemorySample sample in RecordedSeries.Read(name))
        {
            MemoryDiagnosis diagnosis = MemoryTriage.Diagnose(detector.Observe(sample), new TriageSettings());
            if (diagnosis.Problem != MemoryProblem.None)
            {
                told.Add((sample.Elapsed.TotalSeconds, diagnosis));
            }
        }

        return told;
    }

    private static MemoryDiagnosis Last(string name)
    {
        TrendDetector detector = new(new TrendSettings());
        TrendReport? report = null;
        foreach (MemorySample sample in RecordedSeries.Read(name))
        {
            report = detector.Observe(sample);
        }

        return MemoryTriage.Diagnose(report!, new TriageSettings());
    }
}
