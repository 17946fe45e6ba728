using MemGuard.Alerts;
using MemGuard.Sampling;
using MemGuard.Tests.Support;
using MemGuard.Triage;

namespace MemGuard.Tests;

public class MemoryPipelineTests
{
    private readonly SampleHistory _history = new();
    private readonly List<double> _pressure = [];

    [Fact]
    public void Process_EverySample_IsKeptAndPressureIsPushed()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        MemorySample sample = new() { Elapsed = TimeSpan.FromSeconds(1), ContainerUsageBytes = 25, MemoryLimitBytes = 100 };

        pipeline.Process(sample);

        Assert.Equal(sample, _history.Latest);
        Assert.Equal([0.25], _pressure);
    }

    [Fact]
    public void Process_NothingChanged_KeepsTheSameDiagnosis()
    {
        MemoryPipeline pipeline = Create(new MemGuardOptions());
        pipeline.Process(new MemorySample { Elapsed = TimeSpan.FromSeconds(1) });
        MemoryDiagnosis first = pipeline.Diagnosis;

        pipeline.Process(new MemorySample { Elapsed = TimeSpan.FromSeconds(2) });

        Assert.Same(first, pipeline.Diagnosis);
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

    private MemoryPipeline Create(MemGuardOptions options) => new(_history, PipelineSettings.From(options), _pressure.Add);
}
