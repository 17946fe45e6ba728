using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using MemGuard.Tests.Trends;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.Tests;

public class MemoryPipelineTests
{
    private readonly SampleHistory _history = new();

    [Fact]
    public void Process_EverySample_IsKept()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        MemorySample sample = new() { Elapsed = TimeSpan.FromSeconds(1), ContainerUsageBytes = 25, MemoryLimitBytes = 100 };

        pipeline.Process(sample);

        Assert.Equal(sample, _history.Latest);
    }

    [Fact]
    public void Process_NothingChanged_KeepsTheSameDiagnosis()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        pipeline.Process(new MemorySample { Elapsed = TimeSpan.FromSeconds(1) });
        MemoryDiagnosis first = pipeline.Diagnose();

        pipeline.Process(new MemorySample { Elapsed = TimeSpan.FromSeconds(2) });

        Assert.Same(first, pipeline.Diagnose());
    }

    [Fact]
    public void Update_ProblemIgnoredWhileItIsOpen_IsResolvedWithTheNextSample()
    {
        MemorySample[] samples = RecordedSeries.Read("native-malloc");
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        int next = 0;
        while (pipeline.Process(samples[next++]) is not { Stage: AlertStage.Suspected })
        {
        }

        MemGuardOptions changed = new();
        changed.IgnoredProblems.Add(MemoryProblem.UnmanagedGrowth);
        pipeline.Update(PipelineSettings.From(changed));
        AlertRequest? request = pipeline.Process(samples[next]);

        Assert.Equal((AlertStage.Resolved, MemoryProblem.UnmanagedGrowth), (request!.Stage, request.Problem));
    }

    [Fact]
    public void AskForHolder_GrowthThatMayMatter_AsksTheCollectorsOnce()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        SyntheticService service = new() { Live = static t => 100 + (t / 100), FullEvery = 30, IntervalSeconds = 5 };
        List<AlertRequest> questions = [];
        foreach (MemorySample sample in service.Run(11_000))
        {
            pipeline.Process(sample);
            if (pipeline.AskForHolder(sample.Elapsed) is { } question)
            {
                questions.Add(question);
                pipeline.TellHolder(question, EvidenceResult.Of(new LeakSuspect("static A.B") { RetainedBytes = 100 << 20, HolderKind = HolderKind.Lasting }));
            }
        }

        AlertRequest only = Assert.Single(questions);
        Assert.True(only.IsQuestion);
        Assert.Equal(MemoryProblem.ManagedLeak, only.Diagnosis.Problem);
    }

    [Fact]
    public async Task Diagnose_OnAnotherThreadWhileSamplesArrive_NeverGoesBack()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        MemorySample[] samples = RecordedSeries.Read("native-malloc");
        using CancellationTokenSource done = new();
        Task<bool> reader = Task.Run(() =>
        {
            bool isOrdered = true;
            TimeSpan last = TimeSpan.Zero;
            while (!done.IsCancellationRequested)
            {
                TimeSpan next = pipeline.Diagnose().Sample.Elapsed;
                isOrdered &= next >= last;
                last = next;
            }

            return isOrdered;
        });
        foreach (MemorySample sample in samples)
        {
            pipeline.Process(sample);
        }

        await done.CancelAsync();

        Assert.True(await reader);
        Assert.NotEqual(MemoryProblem.None, pipeline.Diagnose().Problem);
    }

    [Fact]
    public void Process_ProblemStaysOpen_ItsFiguresDoNotGrowOld()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        MemorySample[] samples = RecordedSeries.Read("native-malloc");
        foreach (MemorySample sample in samples)
        {
            pipeline.Process(sample);
            if (pipeline.Diagnose().Problem != MemoryProblem.None)
            {
                Assert.True(sample.Elapsed - pipeline.Diagnose().Sample.Elapsed < TimeSpan.FromSeconds(32));
            }
        }

        Assert.NotEqual(MemoryProblem.None, pipeline.Diagnose().Problem);
    }

    [Theory]
    [InlineData(0.88, MemoryProblem.NearMemoryLimit)]
    [InlineData(0.95, MemoryProblem.None)]
    public void Process_LevelAt93PercentForTwentyMinutes_FollowsTheThreshold(double nearLimitRatio, MemoryProblem expected)
    {
        MemGuardOptions options = new();
        options.Thresholds.NearLimitRatio = nearLimitRatio;
        MemoryPipeline pipeline = Create(options);
        for (int second = 60; second < 1260; second++)
        {
            pipeline.Process(new MemorySample
            {
                Elapsed = TimeSpan.FromSeconds(second),
                Gen2LiveBytes = 900L << 20,
                HeapSizeBytes = 900L << 20,
                FragmentedBytes = 0,
                TotalMemoryBytes = 900L << 20,
                TotalCommittedBytes = 910L << 20,
                GCIndex = second,
                GCGeneration = 2,
                FullCollectionIndex = second,
                Gen2CollectionCount = second,
                AnonymousBytes = 952L << 20,
                SharedMemoryBytes = 0,
                WorkingSetBytes = 1000L << 20,
                MemoryLimitBytes = 1024L << 20,
            });
        }

        Assert.Equal(expected, pipeline.Diagnose().Problem);
    }

    [Fact]
    public void Process_ContainerFilledByOtherProcesses_IsNearItsLimit()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        for (int second = 60; second < 1260; second++)
        {
            pipeline.Process(new MemorySample
            {
                Elapsed = TimeSpan.FromSeconds(second),
                Gen2LiveBytes = 100L << 20,
                HeapSizeBytes = 110L << 20,
                TotalMemoryBytes = 110L << 20,
                TotalCommittedBytes = 120L << 20,
                GCIndex = second,
                GCGeneration = 2,
                FullCollectionIndex = second,
                Gen2CollectionCount = second,
                AnonymousBytes = 300L << 20,
                SharedMemoryBytes = 0,
                WorkingSetBytes = 340L << 20,
                ContainerUsageBytes = 980L << 20,
                MemoryLimitBytes = 1000L << 20,
            });
        }

        Assert.Equal(MemoryProblem.NearMemoryLimit, pipeline.Diagnose().Problem);
    }

    private MemoryPipeline Create(MemGuardOptions options) => new(_history, PipelineSettings.From(options));
}
