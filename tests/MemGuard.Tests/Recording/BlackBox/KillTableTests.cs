using MemGuard.Recording;
using MemGuard.Tests.Containers;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Recording;

/// <summary>Processes that really end in each of the ways, and what the next one says of them.</summary>
[Collection(AloneCollection.Name)]
public sealed class KillTableTests : IDisposable
{
    // With the exception's type behind it, unless so little was left that the runtime ended the process before it could tell of one.
    private const string OutOfMemory = "OutOfMemory  ";
    private const long MB = 1 << 20;
    private static readonly int Rounds = SoakLength.IsLong ? 20 : 1;

    private readonly string _directory = Directory.CreateTempSubdirectory("memguard-killed-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData("main", 3, "Orderly 3  ")]
    [InlineData("exit", 5, "Orderly 5  ")]
    [InlineData("service", 0, "Orderly 0  ")]
    [InlineData("unhandled", 134, "UnhandledException  System.IO.InvalidDataException ")]
    [InlineData("access-near", 134, "UnhandledException  System.AccessViolationException ")]
    [InlineData("access-far", 134, "Abrupt   ")]
    [InlineData("failfast", 134, "Abrupt   ")]
    [InlineData("overflow", 134, "Abrupt   ")]
    [InlineData("abort", 134, "Abrupt   ")]
    public Task Next_ProcessEndedItself_SaysHow(string way, int exitCode, string expected) => RunAsync(way, exitCode, expected, static child => child.GoOn());

    [Theory]
    [InlineData("failfast")]
    [InlineData("overflow")]
    [InlineData("abort")]
    [InlineData("access-far")]
    public async Task Next_RuntimeLeftACrashReport_SaysWhere(string way)
    {
        (string, string)[] environment =
        [
            ("DOTNET_DbgEnableMiniDump", "1"),
            ("DOTNET_EnableCrashReportOnly", "1"),
            ("DOTNET_DbgMiniDumpName", Path.Combine(_directory, "core.%p")),
        ];
        using DyingProcess child = DyingProcess.Start(way, _directory, null, environment);
        await child.WaitForAsync("ready");
        child.GoOn();
        await child.WaitForEndAsync();

        string[] lines = await DyingProcess.AskAsync(_directory, null, environment);

        Assert.StartsWith(nameof(PreviousRunEnd.Crashed), Answer(lines), StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains($"core.{child.Id}.crashreport.json", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("main", DyingProcess.Kill, 137, "Abrupt   ")]
    [InlineData("main", DyingProcess.Terminate, 3, "Orderly 3  ")]
    [InlineData("console", DyingProcess.Terminate, 143, "Abrupt   ")]
    public Task Next_ProcessGotASignal_SaysHow(string way, int signal, int exitCode, string expected) => RunAsync(way, exitCode, expected, child => child.Signal(signal));

    [Fact]
    public async Task Next_KilledWhileStopping_SaysSo()
    {
        for (int round = 0; round < Rounds; round++)
        {
            string directory = Path.Combine(_directory, $"{round}");
            using DyingProcess child = DyingProcess.Start("hang", directory);
            await child.WaitForAsync("ready");
            child.GoOn();
            await child.WaitForAsync("stopping");
            child.Signal(DyingProcess.Kill);
            await child.WaitForEndAsync();

            await AssertSaidAsync(directory, child, 137, "KilledWhileStopping   ");
        }
    }

    [Theory]
    [InlineData("heap", 134, OutOfMemory)]
    [InlineData("heap-caught", 0, "Orderly 0  ")]
    public Task Next_HeapLimitReached_SaysSo(string way, int exitCode, string expected) =>
        RunAsync(way, exitCode, expected, static child => child.GoOn(), ("DOTNET_GCHeapHardLimit", "0x4000000"));

    [Fact]
    public async Task Next_HeapLimitReachedAndCaught_MentionsIt()
    {
        using DyingProcess child = DyingProcess.Start("heap-caught", _directory, null, ("DOTNET_GCHeapHardLimit", "0x4000000"));
        await child.WaitForAsync("ready");
        child.GoOn();
        await child.WaitForEndAsync();

        Assert.Contains(await DyingProcess.AskAsync(_directory), static line => line.StartsWith("4000 ", StringComparison.Ordinal) && line.Contains("after an OutOfMemoryException", StringComparison.Ordinal));
    }

    [CgroupFact]
    public Task Next_NativeGrowthToTheGroupsLimit_KilledForMemory() => RunInGroupAsync("native", 137, "KilledForMemory   ");

    [CgroupFact]
    public Task Next_ManagedGrowthToTheGroupsLimit_OutOfMemory() => RunInGroupAsync("heap", 134, OutOfMemory);

    [CgroupFact]
    public async Task Next_KilledForMemoryInAGroupThatIsGone_LikelySo()
    {
        using (MemoryCgroup group = MemoryCgroup.Create(128 * MB))
        {
            using DyingProcess child = DyingProcess.Start("native", _directory, group.Path);
            await child.WaitForAsync("ready");
            child.GoOn();
            await child.WaitForEndAsync();
        }

        string[] lines = await DyingProcess.AskAsync(_directory);

        Assert.StartsWith(nameof(PreviousRunEnd.LikelyKilledForMemory), Answer(lines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("unhandled", 134)]
    [InlineData("broken", 134)]
    [InlineData("main", 3)]
    public async Task End_HandlersMeetABrokenFile_ExitCodeStays(string way, int exitCode)
    {
        using DyingProcess child = DyingProcess.Start(way, _directory);
        await child.WaitForAsync("ready");

        // Cut while it is written: what a mapped file would end the process for.
        DyingProcess.Truncate(Directory.GetFiles(_directory, "*.box", SearchOption.AllDirectories).Single());

        child.GoOn();
        await child.WaitForEndAsync();

        Assert.Equal(exitCode, child.ExitCode);
    }

    [Fact]
    public async Task Start_NoPlaceForABox_HostRunsAndSaysSoOnce()
    {
        string file = Path.Combine(_directory, "file");
        await File.WriteAllTextAsync(file, "");

        string[] lines = await DyingProcess.AskAsync(file);

        Assert.Equal("none", Answer(lines));
        Assert.Contains("is a file", Assert.Single(lines, static line => line.StartsWith("4002 ", StringComparison.Ordinal)), StringComparison.Ordinal);
    }

    [TmpfsFact]
    public async Task Start_FullDisk_HostRunsSaysSoOnceAndLeavesNothing()
    {
        using SmallDisk disk = SmallDisk.Mount(_directory);
        disk.Fill();

        string[] lines = await DyingProcess.AskAsync(disk.Path);

        Assert.Equal("none", Answer(lines));
        Assert.Single(lines, static line => line.StartsWith("4002 ", StringComparison.Ordinal));
        Assert.Empty(Directory.GetFiles(disk.Path, "*.box", SearchOption.AllDirectories));
    }

    private async Task RunAsync(string way, int exitCode, string expected, Action<DyingProcess> end, params (string Name, string Value)[] environment)
    {
        for (int round = 0; round < Rounds; round++)
        {
            string directory = Path.Combine(_directory, $"{round}");
            using DyingProcess child = DyingProcess.Start(way, directory, null, environment);
            await child.WaitForAsync("ready");
            end(child);
            await child.WaitForEndAsync();

            await AssertSaidAsync(directory, child, exitCode, expected);
        }
    }

    private async Task RunInGroupAsync(string way, int exitCode, string expected)
    {
        for (int round = 0; round < Rounds; round++)
        {
            using MemoryCgroup group = MemoryCgroup.Create(128 * MB);
            string directory = Path.Combine(_directory, $"{round}");
            using DyingProcess child = DyingProcess.Start(way, directory, group.Path);
            await child.WaitForAsync("ready");
            child.GoOn();
            await child.WaitForEndAsync();

            await AssertSaidAsync(directory, child, exitCode, expected, group.Path);
        }
    }

    private static async Task AssertSaidAsync(string directory, DyingProcess child, int exitCode, string expected, string? group = null)
    {
        Assert.Equal(exitCode, child.ExitCode);
        string[] lines = await DyingProcess.AskAsync(directory, group);
        Assert.StartsWith(expected, Answer(lines), StringComparison.Ordinal);
        string said = Assert.Single(lines, static line => line.StartsWith("4000 ", StringComparison.Ordinal) || line.StartsWith("4001 ", StringComparison.Ordinal));
        Assert.Contains($"(pid {child.Id}, ", said, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", said, StringComparison.Ordinal);
    }

    // The one line that is no log line.
    private static string Answer(string[] lines) => Assert.Single(lines, static line => !char.IsAsciiDigit(line[0]));
}
