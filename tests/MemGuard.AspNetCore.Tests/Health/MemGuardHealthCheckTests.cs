using MemGuard.Alerts;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MemGuard.AspNetCore.Tests.Health;

public sealed class MemGuardHealthCheckTests
{
    [Theory]
    [InlineData("off", HealthStatus.Healthy)]
    [InlineData("starting", HealthStatus.Healthy)]
    [InlineData("healthy", HealthStatus.Healthy)]
    [InlineData("suspected", HealthStatus.Healthy)]
    [InlineData("confirmed", HealthStatus.Degraded)]
    [InlineData("resolved", HealthStatus.Healthy)]
    public async Task Check_InEachState_IsDegradedOnlyOnAConfirmedProblem(string state, HealthStatus expected)
    {
        HealthReportEntry entry = await CheckAsync(Shop.In(state));

        Assert.Equal(expected, entry.Status);
    }

    [Fact]
    public async Task Check_Confirmed_HasReasonNextStepSuspectAndFigures()
    {
        HealthReportEntry entry = await CheckAsync(Shop.In("confirmed"));

        Assert.Contains("limit in 66 min (52–84). Next: Bound it", entry.Description, StringComparison.Ordinal);
        Assert.Equal("managed_leak", entry.Data["problem"]);
        Assert.Equal(Shop.Holder, entry.Data["suspect"]);
        Assert.Equal(3960.0, entry.Data["timeToLimitSeconds"]);
        Assert.Contains("live", entry.Tags);
    }

    [Fact]
    public async Task Check_ProblemThatComesBack_DoesNotHaveTheSuspectOfTheOneThatEnded()
    {
        FakeMonitor monitor = Shop.In("resolved");
        MemorySample last = monitor.History[^1];
        monitor.Alerts = [.. monitor.Alerts, Shop.Alert(AlertStage.Suspected, last, "Suspected: managed memory is growing")];
        monitor.Diagnosis = Shop.Diagnosis(false, last);

        HealthReportEntry entry = await CheckAsync(monitor);

        Assert.Equal("suspected", entry.Data["stage"]);
        Assert.DoesNotContain("suspect", entry.Data.Keys);
    }

    [Fact]
    public async Task Check_MonitorThrows_IsHealthyAndSaysSo()
    {
        HealthReportEntry entry = await CheckAsync(new BrokenMonitor());

        Assert.Equal(HealthStatus.Healthy, entry.Status);
        Assert.Equal("MemGuard could not be asked: InvalidOperationException", entry.Description);
    }

    [Fact]
    public async Task Check_OfWhatIsUnknown_LeavesItOut()
    {
        HealthReportEntry entry = await CheckAsync(Shop.In("unlimited"));

        Assert.DoesNotContain("limitBytes", entry.Data.Keys);
        Assert.DoesNotContain("timeToLimitSeconds", entry.Data.Keys);
    }

    [Fact]
    public async Task Check_UnhealthyOnRequest_IsUnhealthy() =>
        Assert.Equal(HealthStatus.Unhealthy, (await CheckAsync(Shop.In("confirmed"), HealthStatus.Unhealthy)).Status);

    private static async Task<HealthReportEntry> CheckAsync(IMemoryMonitor monitor, HealthStatus? failureStatus = null)
    {
        ServiceCollection services = new();
        services.AddLogging().AddSingleton(monitor).AddHealthChecks().AddMemGuard(failureStatus: failureStatus, tags: ["live"]);
        await using ServiceProvider provider = services.BuildServiceProvider();
        HealthReport report = await provider.GetRequiredService<HealthCheckService>().CheckHealthAsync();
        return report.Entries["memguard"];
    }

    private sealed class BrokenMonitor : IMemoryMonitor
    {
        public MemorySample? Latest => throw new InvalidOperationException("planted");

        public PreviousRun? PreviousRun => throw new InvalidOperationException("planted");

        public MemoryDiagnosis Diagnose() => throw new InvalidOperationException("planted");

        public IReadOnlyList<MemorySample> GetHistory() => throw new InvalidOperationException("planted");

        public MemoryLimitAdvice GetLimitAdvice() => throw new InvalidOperationException("planted");

        public DiagnosticReport CreateReport() => throw new InvalidOperationException("planted");

        public IReadOnlyList<MemoryAlert> GetRecentAlerts() => throw new InvalidOperationException("planted");
    }
}
