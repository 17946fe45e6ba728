using System.Diagnostics;
using System.Globalization;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Commands;

/// <summary><c>memguard attach</c>, <c>snapshot</c> and <c>ps</c> on processes that were started without anything.</summary>
public sealed class AttachCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Attach_ARunningProcess_WatchesItAndLeavesItAlone()
    {
        using Target target = Target.Start(_folder.Combine("end"));

        using Invocation attach = await Invocation.RunAsync("attach", target.Id, "--for", "1s", "--set", "MEMGUARD_BLACK_BOX=false", "--out", _folder.Combine("r.json"));
        using Invocation again = await Invocation.RunAsync("attach", target.Id, "--for", "1s");
        (int code, string output, string error) = target.End();

        Assert.Equal(0, attach.Code);
        Assert.Contains("memguard ▸ attached", attach.Error, StringComparison.Ordinal);
        Assert.Contains("memguard ▸ detached", attach.Error, StringComparison.Ordinal);
        Assert.Contains("\"watchedBy\": \"the hook\"", await File.ReadAllTextAsync(_folder.Combine("r.json")), StringComparison.Ordinal);
        Assert.Equal(125, again.Code);
        Assert.Contains("MemGuard was attached to it before", again.Error, StringComparison.Ordinal);
        Assert.Equal((3, "done\n", ""), (code, output, error));
    }

    [Fact]
    public async Task Snapshot_ARunningProcess_NamesWhatItHolds()
    {
        using Target target = Target.Start(_folder.Combine("end"));

        using Invocation snapshot = await Invocation.RunAsync("snapshot", target.Id, "--out", _folder.Combine("a.memguard"));
        using Invocation report = await Invocation.RunAsync("report", _folder.Combine("a.memguard"));
        using Invocation difference = await Invocation.RunAsync("diff", _folder.Combine("a.memguard"), _folder.Combine("a.memguard"));
        using Invocation export = await Invocation.RunAsync("export", _folder.Combine("a.memguard"), "--format", "speedscope", "--out", _folder.Combine("a.json"));
        using Invocation ps = await Invocation.RunAsync("ps");
        (int code, _, string error) = target.End();

        Assert.Equal((0, 0, 0, 0), (snapshot.Code, report.Code, difference.Code, export.Code));
        Assert.Contains("asked for by memguard snapshot", snapshot.Output, StringComparison.Ordinal);
        Assert.Contains("asked for by memguard snapshot", report.Output, StringComparison.Ordinal);
        Assert.Contains("speedscope", await File.ReadAllTextAsync(_folder.Combine("a.json")), StringComparison.Ordinal);
        Assert.Contains(ps.Output.Split('\n'), line => line.Contains($" {target.Id} ", StringComparison.Ordinal) && line.Contains(" yes ", StringComparison.Ordinal));
        Assert.Equal((3, ""), (code, error));
    }

    [Fact]
    public async Task Attach_NoSuchProcess_IsAWrongArgument()
    {
        using Invocation attach = await Invocation.RunAsync("attach", int.MaxValue.ToString(CultureInfo.InvariantCulture));

        Assert.Equal(2, attach.Code);
        Assert.Contains("there is no process", attach.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Attach_NoDotNetProcess_IsRefused()
    {
        using Process other = Process.Start("sleep", "60");
        try
        {
            using Invocation attach = await Invocation.RunAsync("attach", other.Id.ToString(CultureInfo.InvariantCulture));

            Assert.Equal(125, attach.Code);
            Assert.Contains("has no .NET diagnostics endpoint", attach.Error, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
        }
    }

    [Fact]
    public async Task Attach_AProcessOfAnotherUser_IsRefused()
    {
        // Only root can start one.
        if (!Environment.IsPrivilegedProcess || !File.Exists("/usr/bin/setpriv"))
        {
            return;
        }

        using Process other = Process.Start("setpriv", ["--reuid=65534", "--clear-groups", "sleep", "60"]);
        try
        {
            // Until then it is still setpriv, which is root's.
            SpinWait.SpinUntil(() => File.ReadAllText($"/proc/{other.Id}/comm") == "sleep\n", TimeSpan.FromSeconds(30));
            using Invocation attach = await Invocation.RunAsync("attach", other.Id.ToString(CultureInfo.InvariantCulture));

            Assert.Equal(125, attach.Code);
            Assert.Contains("belongs to another user (id 65534)", attach.Error, StringComparison.Ordinal);
        }
        finally
        {
            other.Kill();
        }
    }
}
