using System.Text.Json;
using MemGuard.Evidence;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace MemGuard.Tests.Evidence.Reports;

public sealed class DiagnosticReportTests
{
    [Fact]
    public async Task CreateReport_RunningHost_FitsTheSchema()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMemGuard(static options =>
        {
            options.BlackBox = false;
            options.DiagnosticReports = false;
        });
        using IHost host = builder.Build();
        await host.StartAsync();
        IMemoryMonitor monitor = host.Services.GetRequiredService<IMemoryMonitor>();
        SpinWait.SpinUntil(() => monitor.Latest is not null);

        DiagnosticReport report = monitor.CreateReport();

        JsonElement json = ReportFormat.Check(report.Utf8Json);
        Assert.Equal(ReportCause.Requested, report.Cause);
        Assert.Equal(Environment.ProcessId, json.GetProperty("application").GetProperty("processId").GetInt32());
        Assert.False(json.GetProperty("configuration").GetProperty("options").GetProperty("diagnosticReports").GetBoolean());
        Assert.Contains(json.GetProperty("assemblies").EnumerateArray(), static assembly => assembly.GetProperty("name").GetString() == "MemGuard");
        Assert.DoesNotContain(AppContext.BaseDirectory, report.ToJson(), StringComparison.Ordinal);
        Assert.StartsWith("schema: 1\n", report.ToText(), StringComparison.Ordinal);
        await host.StopAsync();
    }

    [Fact]
    public void CreateReport_HostThatHasNotStarted_SaysWhatToDo()
    {
        ServiceCollection services = new();
        services.AddMemGuard();
        using ServiceProvider provider = services.BuildServiceProvider();

        InvalidOperationException refusal = Assert.Throws<InvalidOperationException>(() => provider.GetRequiredService<IMemoryMonitor>().CreateReport());

        Assert.Contains("start the host", refusal.Message, StringComparison.Ordinal);
    }
}
