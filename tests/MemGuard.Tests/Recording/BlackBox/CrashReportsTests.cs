using MemGuard.Recording;

namespace MemGuard.Tests.Recording;

public sealed class CrashReportsTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("memguard-reports-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("core.4711.crashreport.json", true)]
    [InlineData("core.4711", true)]
    [InlineData("core.4712", false)]
    public void Find_ByProcessId_FindsReportOrDump(string name, bool isFound)
    {
        File.WriteAllText(Path.Combine(_directory, name), "");

        Assert.Equal(isFound ? Path.Combine(_directory, name) : null, Find(4711, DateTimeOffset.UtcNow.AddHours(-1)));
    }

    [Fact]
    public void Find_ReportOfAnEarlierProcessWithTheSameId_IsNotIts()
    {
        File.WriteAllText(Path.Combine(_directory, "core.4711"), "");

        Assert.Null(Find(4711, DateTimeOffset.UtcNow.AddHours(1)));
    }

    [Fact]
    public void Find_DumpsAreOff_LooksForNone()
    {
        File.WriteAllText(Path.Combine(_directory, "core.4711"), "");

        Assert.Null(CrashReports.Find(static _ => null, 4711, DateTimeOffset.UtcNow.AddHours(-1)));
    }

    private string? Find(int process, DateTimeOffset startedAt) =>
        CrashReports.Find(setting => setting == "DbgEnableMiniDump" ? "1" : Path.Combine(_directory, "core.%p"), process, startedAt);
}
