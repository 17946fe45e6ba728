using System.Text.Json;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Commands;

/// <summary>Commands over files, and wrong input of every kind: one line and the documented code.</summary>
public sealed class OfflineCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Replay_ALeak_SaysWhenItWouldHaveBeenTold()
    {
        string file = _folder.Write("leak.csv", Leak());

        using Invocation text = await Invocation.RunAsync("replay", file);
        using Invocation json = await Invocation.RunAsync("replay", _folder.Path, "--json", "--fail-on", "confirmed");
        using Invocation explained = await Invocation.RunAsync("replay", file, "--explain");

        Assert.Equal(0, text.Code);
        Assert.Contains("  Confirmed  Managed leak: ", text.Output, StringComparison.Ordinal);
        Assert.Equal(1, json.Code);
        using JsonDocument alerts = JsonDocument.Parse(json.Output);
        Assert.Contains(alerts.RootElement.EnumerateArray(), static alert => alert.GetProperty("stage").GetString() == "Confirmed");
        Assert.Contains("what the detector saw", explained.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_Html_IsAPageWithTheAlertsLine()
    {
        string file = _folder.Write("leak.csv", Leak());

        using Invocation replay = await Invocation.RunAsync("replay", file, "--html", _folder.Combine("leak.html"));

        string page = await File.ReadAllTextAsync(_folder.Combine("leak.html"));
        string line = replay.Output.Split('\n').First(static line => line.Contains("  Confirmed  ", StringComparison.Ordinal)).Split("  Confirmed  ")[1];
        Assert.Contains(line, System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("data-stage=\"confirmed\"", page, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_HtmlOfSeveral_IsRefused()
    {
        _folder.Write("a.csv", Leak());
        _folder.Write("b.csv", Leak());

        using Invocation replay = await Invocation.RunAsync("replay", _folder.Path, "--html", _folder.Combine("r.html"));

        Assert.Equal(2, replay.Code);
        Assert.Contains("--html shows one recording, and there are 2", replay.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Replay_ABrokenFileBesideAGoodOne_TellsOfBoth()
    {
        _folder.Write("a.csv", "not a series\n");
        _folder.Write("b.csv", Leak());

        using Invocation replay = await Invocation.RunAsync("replay", _folder.Path);

        Assert.Equal(2, replay.Code);
        Assert.Contains("a.csv", replay.Error, StringComparison.Ordinal);
        Assert.Contains("Confirmed", replay.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("is not there", "report", "missing")]
    [InlineData("is no heap snapshot that can be read", "report", "FILE")]
    [InlineData("is no heap snapshot that can be read", "diff", "FILE", "FILE")]
    [InlineData("is no heap snapshot that can be read", "export", "FILE", "--format", "json")]
    [InlineData("is neither a file nor a folder", "replay", "missing")]
    [InlineData("there is no recording", "replay", "FOLDER")]
    [InlineData("there is no process", "advise", "--pid", "2147483647")]
    [InlineData("'abc' is no process id: a whole number, as memguard ps lists them", "advise", "--pid", "abc")]
    [InlineData("'-1' is no process id", "advise", "--pid", "-1")]
    [InlineData("'abc' is no process id", "attach", "abc")]
    [InlineData("'2147483648' is no process id", "snapshot", "2147483648")]
    [InlineData("Argument 'png' not recognized", "export", "FILE", "--format", "png")]
    [InlineData("--format", "export", "FILE")]
    [InlineData("a time with its unit is expected", "run", "--for", "ten", "--", "true")]
    [InlineData("Required", "run")]
    [InlineData("'nonsense' is no command", "nonsense")]
    [InlineData("'me'", "attach", "me")]
    [InlineData("Argument 'anything' not recognized. Must be one of: 'suspected' 'confirmed' (", "replay", "FILE", "--fail-on", "anything")]
    [InlineData("'--outt' is no option of run", "run", "--outt", "r.html", "--", "true")]
    [InlineData("'r.pdf': a report is written as .html, .md or .json", "run", "--out", "r.pdf", "--", "true")]
    [InlineData("'r.pdf': a report is written as .html, .md or .json", "attach", "2147483647", "--out", "r.pdf")]
    public async Task Command_WrongInput_IsOneLineAndTheCodeOfUsage(string reason, params string[] args)
    {
        string file = _folder.Write("heap.memguard", "neither a snapshot nor a series");
        string empty = Directory.CreateDirectory(_folder.Combine("empty")).FullName;

        using Invocation wrong = await Invocation.RunAsync([.. args.Select(arg => arg switch { "FILE" => file, "FOLDER" => empty, _ => arg })]);

        Assert.Equal(2, wrong.Code);
        string line = Assert.Single(wrong.Error.TrimEnd('\n').Split('\n'));
        Assert.StartsWith("memguard ▸ ", line, StringComparison.Ordinal);
        Assert.Contains(reason, line, StringComparison.Ordinal);
        Assert.Empty(wrong.Output);
    }

    [Fact]
    public async Task Hook_AFolder_HoldsTheHookAndPrintsTheLine()
    {
        using Invocation hook = await Invocation.RunAsync("hook", "--output", _folder.Combine("hook"));

        Assert.Equal(0, hook.Code);
        Assert.Equal($"DOTNET_STARTUP_HOOKS={_folder.Combine("hook", "MemGuard.Hook.dll")}\n", hook.Output);
        Assert.True(File.Exists(_folder.Combine("hook", "MemGuard.StartupHook.dll")));
    }

    [Fact]
    public async Task Advise_ThisMachine_IsText()
    {
        using Invocation text = await Invocation.RunAsync("advise");
        using Invocation json = await Invocation.RunAsync("advise", "--json");

        Assert.StartsWith("memory limit ", text.Output, StringComparison.Ordinal);
        using JsonDocument advice = JsonDocument.Parse(json.Output);
        Assert.Equal(JsonValueKind.Array, advice.RootElement.GetProperty("findings").ValueKind);
    }

    private static string Leak() => File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Data", "managed-heap-hard-limit.csv"));
}
