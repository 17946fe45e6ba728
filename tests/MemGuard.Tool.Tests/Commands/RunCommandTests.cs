using System.Text.Json;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Commands;

/// <summary><c>memguard run</c> on applications that know nothing of it.</summary>
public sealed class RunCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    private string Session => _folder.Combine("session");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_AnApplication_ExitsWithItsCodeAndTellsOfIt()
    {
        using Invocation run = await Invocation.RunAsync("run", "--session", Session, "--out", _folder.Combine("r.md"), "--json-file", _folder.Combine("r.json"), "--", "dotnet", Folder.AppPath, "console", Path.Combine(Session, "attached.json"));

        Assert.Equal(3, run.Code);
        Assert.Contains("memguard ▸ attached", run.Error, StringComparison.Ordinal);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Combine("r.json")));
        Assert.Equal(1, report.RootElement.GetProperty("version").GetInt32());
        Assert.Equal(3, report.RootElement.GetProperty("exitCode").GetInt32());
        Assert.Equal("HookApp", report.RootElement.GetProperty("application").GetString());
        Assert.StartsWith("# Memory of HookApp\n", await File.ReadAllTextAsync(_folder.Combine("r.md")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_OpenWithoutAPage_IsRefusedBeforeTheChildStarts()
    {
        using Invocation run = await Invocation.RunAsync("run", "--open", "--out", _folder.Combine("r.md"), "--", "touch", _folder.Combine("started"));

        Assert.Equal(2, run.Code);
        Assert.Contains("--open needs --out with an .html file", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine("started")));
    }

    [Fact]
    public async Task Run_AnApplicationThatIsKilled_TellsHowItEnded()
    {
        using Invocation run = await Invocation.RunAsync("run", "--session", Session, "--out", _folder.Combine("r.html"), "--json-file", _folder.Combine("r.json"), "--", "dotnet", Folder.AppPath, "kill", Path.Combine(Session, "memguard-blackbox"));

        Assert.Equal(137, run.Code);
        using JsonDocument report = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Combine("r.json")));
        Assert.Contains(report.RootElement.GetProperty("end").GetString(), new[] { "Abrupt", "LikelyKilledForMemory" });
        Assert.Contains("memguard ▸ The process (pid ", run.Error, StringComparison.Ordinal);
        Assert.Contains("Exit code 137. The process (pid ", await File.ReadAllTextAsync(_folder.Combine("r.html")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(127, "there-is-no-such-command")]
    [InlineData(126, "/")]
    [InlineData(5, "sh", "-c", "exit 5")]
    [InlineData(143, "sh", "-c", "kill -TERM $$")]
    public async Task Run_OtherCommands_HaveAShellsCodes(int code, params string[] command)
    {
        using Invocation run = await Invocation.RunAsync(["run", "--", .. command]);

        Assert.Equal(code, run.Code);
        Assert.Single(run.Error.TrimEnd().Split('\n'));
    }

    [Fact]
    public async Task Run_ReportThatCannotBeWritten_KeepsTheChildsCode()
    {
        using Invocation run = await Invocation.RunAsync("run", "--out", _folder.Combine("missing", "r.md"), "--", "sh", "-c", "exit 4");

        Assert.Equal(4, run.Code);
        Assert.Contains("r.md' cannot be written", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_LongerThanAllowed_IsAskedToEnd()
    {
        using Invocation run = await Invocation.RunAsync("run", "--for", "300ms", "--", "sleep", "100");

        Assert.Equal(143, run.Code);
    }

    [Fact]
    public async Task Run_SessionThatIsThereAlready_IsRefused()
    {
        _folder.Write("file", "mine");

        using Invocation run = await Invocation.RunAsync("run", "--session", _folder.Path, "--", "true");

        Assert.Equal(125, run.Code);
        Assert.Contains("is there already", run.Error, StringComparison.Ordinal);
    }
}
