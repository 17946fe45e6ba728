using System.Text.Json;
using MemGuard.Tests.Recording;

namespace MemGuard.Tests.Evidence.Reports;

/// <summary>Children that really die, and what they leave.</summary>
public sealed class LastReportTests : IDisposable
{
    private static readonly int Rounds = Environment.GetEnvironmentVariable("MEMGUARD_SOAK") == "1" ? 25 : 2;
    private readonly string _directory = Directory.CreateTempSubdirectory("memguard-last-report").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    // Eight threads without memory at once are often more than the runtime's own handling of exceptions can take: then no handler is called.
    [Theory]
    [InlineData("heap", true)]
    [InlineData("heap-eight", false)]
    public async Task OutOfMemory_UnderAHeapLimit_LeavesAWholeReport(string way, bool isCertain)
    {
        for (int round = 0; round < Rounds; round++)
        {
            int exitCode = await EndAsync(way, ("DOTNET_GCHeapHardLimit", "0x4000000"));

            Assert.Equal(134, exitCode);
            string[] reports = Directory.GetFiles(Path.Combine(_directory, "memguard-reports"), "*-out-of-memory.json");
            Assert.InRange(reports.Length, isCertain ? 1 : 0, 1);
            if (reports.Length == 0)
            {
                continue;
            }

            JsonElement report = ReportFormat.Check(await File.ReadAllBytesAsync(reports[0]));
            Assert.Equal("outOfMemory", report.GetProperty("cause").GetString());
            Assert.Equal(64L << 20, report.GetProperty("limits").GetProperty("heapLimitBytes").GetInt64());
            Assert.Equal(JsonValueKind.Object, report.GetProperty("history").ValueKind);
            Assert.Empty(report.GetProperty("truncated").EnumerateArray());
            File.Delete(reports[0]);
        }
    }

    // Far from any limit, where nothing was made ready before, and close to one.
    [Theory]
    [InlineData("DOTNET_gcServer", "0")]
    [InlineData("DOTNET_GCHeapHardLimit", "0x4000000")]
    public async Task UnhandledException_LeavesItsTypeAndMethodsAndNotItsMessage(string name, string value)
    {
        int exitCode = await EndAsync("unhandled", ("MEMGUARD_TEST_SECRET", "planted-in-the-environment"), (name, value));

        Assert.Equal(134, exitCode);
        string path = Assert.Single(Directory.GetFiles(Path.Combine(_directory, "memguard-reports"), "*-unhandled-exception.json"));
        string text = await File.ReadAllTextAsync(path);
        JsonElement report = ReportFormat.Check(await File.ReadAllBytesAsync(path));
        JsonElement exception = report.GetProperty("exception");
        Assert.NotEmpty(report.GetProperty("assemblies").EnumerateArray());
        Assert.Empty(report.GetProperty("truncated").EnumerateArray());
        Assert.Equal("System.IO.InvalidDataException", exception.GetProperty("type").GetString());
        Assert.Contains("BlackBoxChild.Endings", exception.GetProperty("stack")[0].GetString(), StringComparison.Ordinal);
        Assert.DoesNotContain("secret", text.Replace("MEMGUARD_TEST_SECRET", string.Empty, StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("planted", text, StringComparison.Ordinal);
        Assert.DoesNotContain(_directory, text, StringComparison.Ordinal);
        Assert.DoesNotContain(".cs:", text, StringComparison.Ordinal);
        Assert.Contains(await DyingProcess.AskAsync(_directory), line => line.Contains(path, StringComparison.Ordinal));
    }

    // Far from any limit the report is put together at the end: whatever it reads may not keep the process from ending.
    [Fact]
    public async Task UnhandledException_AStructuresLockIsNeverReleased_EndsTheProcess() =>
        Assert.Equal(134, await EndAsync("unhandled-locked", ("DOTNET_gcServer", "0")));

    [Fact]
    public async Task OrderlyEnd_LeavesNone()
    {
        int exitCode = await EndAsync("main");

        Assert.Equal(3, exitCode);
        Assert.Empty(Directory.GetFiles(Path.Combine(_directory, "memguard-reports")));
    }

    private async Task<int> EndAsync(string way, params (string Name, string Value)[] environment)
    {
        using DyingProcess process = DyingProcess.Start(way, _directory, null, environment);
        await process.WaitForAsync("ready");
        process.GoOn();
        await process.WaitForEndAsync();
        return process.ExitCode;
    }
}
