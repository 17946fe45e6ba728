using System.Text.Json;
using MemGuard.StartupHook.Tests.Support;

namespace MemGuard.StartupHook.Tests;

/// <summary>Applications that were built without MemGuard, with the hook in their environment. Nothing waits for time: the application ends when the file is there that the hook makes.</summary>
public sealed class AttachmentTests : IDisposable
{
    private const string Unchanged = "hooks: none; session: none\ndone\n";

    private readonly Folder _folder = new();

    private string Attached => _folder.Combine("attached.json");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Console_WithASession_IsWatchedAndUnchanged()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["console", Attached], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal(new AppResult(3, Unchanged, ""), result);
        using JsonDocument attached = JsonDocument.Parse(await File.ReadAllBytesAsync(Attached));
        Assert.Equal("HookApp", attached.RootElement.GetProperty("application").GetString());
        Assert.Equal("the hook", attached.RootElement.GetProperty("by").GetString());
    }

    [Fact]
    public async Task Console_ThatThrows_EndsAsItWould()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["throw", Attached], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal(134, result.ExitCode);
        Assert.Contains("the application's own end", result.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("memguard:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Hook_TwiceInTheList_WatchesOnce()
    {
        AppResult result = await HookedApp.RunAsync($"{HookedApp.Hook}{Path.PathSeparator}{HookedApp.Hook}", ["console", Attached], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal(new AppResult(3, Unchanged, ""), result);
        Assert.False(File.Exists(_folder.Combine("hook.log")) && (await File.ReadAllTextAsync(_folder.Combine("hook.log"))).Contains("not attached", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Children_DoNotInheritTheHook()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["child"], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal("hooks: none; session: none\nhooks: none; session: none\ndone\ndone\n", result.Output);
    }

    [Fact]
    public async Task Sdk_IsLeftAlone()
    {
        AppResult result = await HookedApp.RunAsync("dotnet", ["--version"], HookedApp.Hook, [("MEMGUARD_SESSION", _folder.Path)]);

        Assert.Equal(0, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder.Path));
    }

    [Fact]
    public async Task Switch_TurnsItOffWithoutAWord()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["console"], ("MEMGUARD_DISABLED", "1"));

        Assert.Equal($"hooks: {HookedApp.Hook}; session: none\ndone\n", result.Output);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task Host_SaysItsLinesInTheApplicationsLog()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["host"], ("MEMGUARD_WRAM_UP", "5s"));

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("MemGuard Warning 8000 VariableIgnored [Warning,{OriginalFormat}] The environment variable MEMGUARD_WRAM_UP means nothing to MemGuard", result.Output, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Fact]
    public async Task HostWithoutALog_SaysThemOnTheErrorOutput()
    {
        // The recording begins after the line was said: that is what the application waits for.
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["cleared", _folder.Path], ("MEMGUARD_WRAM_UP", "5s"), ("MEMGUARD_RECORD_TO", _folder.Path));

        Assert.Equal(3, result.ExitCode);
        Assert.Contains("memguard: The environment variable MEMGUARD_WRAM_UP means nothing to MemGuard", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MemGuard.Hook.Core.dll")]
    [InlineData("MemGuard.StartupHook.dll")]
    [InlineData("MemGuard.dll")]
    [InlineData("Microsoft.Extensions.Logging.Abstractions.dll")]
    public async Task DamagedFile_IsOneLineAndTheApplicationGoesOn(string file)
    {
        string hook = _folder.CopyHook();
        await File.WriteAllTextAsync(Path.Combine(hook, file), "not an assembly");

        AppResult result = await HookedApp.RunAsync(Path.Combine(hook, "MemGuard.Hook.dll"), ["console", _folder.Combine("hook.log")], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal(3, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.EndsWith("done\n", result.Output, StringComparison.Ordinal);
        Assert.StartsWith("not attached: ", Assert.Single(await File.ReadAllLinesAsync(_folder.Combine("hook.log"))), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("MemGuard.Hook.Core.dll")]
    [InlineData("MemGuard.StartupHook.dll")]
    public async Task StageOfAnotherVersion_IsOneLineAndTheApplicationGoesOn(string file)
    {
        string hook = _folder.CopyHook();
        File.Copy(Path.Combine(hook, "MemGuard.Bounded.dll"), Path.Combine(hook, file), overwrite: true);

        AppResult result = await HookedApp.RunAsync(Path.Combine(hook, "MemGuard.Hook.dll"), ["console", _folder.Combine("hook.log")], ("MEMGUARD_SESSION", _folder.Path));

        Assert.Equal(3, result.ExitCode);
        Assert.Empty(result.Error);
        Assert.StartsWith("not attached: ", Assert.Single(await File.ReadAllLinesAsync(_folder.Combine("hook.log"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task MissingStage_WithoutATool_IsOneLineOnTheErrorOutput()
    {
        string hook = _folder.CopyHook();
        File.Delete(Path.Combine(hook, "MemGuard.Hook.Core.dll"));

        AppResult result = await HookedApp.RunAsync(Path.Combine(hook, "MemGuard.Hook.dll"), ["console"]);

        Assert.Equal(3, result.ExitCode);
        Assert.StartsWith("memguard: not attached: FileNotFoundException: ", Assert.Single(result.Error.TrimEnd().Split('\n')), StringComparison.Ordinal);
    }

    [Fact]
    public async Task SessionThatIsNoFolder_IsLeftAlone()
    {
        AppResult result = await HookedApp.RunAsync(HookedApp.Hook, ["console"], ("MEMGUARD_SESSION", _folder.Combine("missing")));

        Assert.Equal(new AppResult(3, Unchanged, ""), result);
    }
}
