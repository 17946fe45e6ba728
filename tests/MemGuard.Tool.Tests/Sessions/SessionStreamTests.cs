using MemGuard.Sessions;
using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Sessions;

/// <summary>What is said of a watched process while it runs.</summary>
public sealed class SessionStreamTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly StringWriter _said = new();
    private readonly SessionFolder _session;
    private readonly SessionStream _stream;

    public SessionStreamTests()
    {
        _session = new SessionFolder(_folder.Path);
        _stream = new SessionStream(_session, new Terminal(TextWriter.Null, _said, isColoured: true));
    }

    public void Dispose()
    {
        _said.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Update_ProcessTakesTheFolder_SaysSoOnce()
    {
        _stream.Update();
        Assert.False(_stream.IsAttached);
        File.WriteAllText(_session.AttachedFile, "{}");

        _stream.Update();
        _stream.Update();

        Assert.True(_stream.IsAttached);
        Assert.Equal(["\e[2mmemguard ▸\e[0m attached"], Said());
    }

    [Fact]
    public void Update_ApplicationWatchesItself_IsNotCalledAttachedToo()
    {
        File.WriteAllText(_session.LogFile, "not attached: this application brings MemGuard itself\n");
        _stream.Update();
        File.WriteAllText(_session.AttachedFile, "{}");

        _stream.Update();

        Assert.Equal(["\e[33mmemguard ▸\e[0m not attached: this application brings MemGuard itself"], Said());
    }

    [Theory]
    [InlineData("Suspected", "\e[2m", true, false)]
    [InlineData("Confirmed", "\e[33m", true, true)]
    [InlineData("Resolved", "\e[32m", false, false)]
    public void Update_Alert_IsSaidInItsColourAndRemembered(string stage, string colour, bool wasSuspected, bool wasConfirmed)
    {
        File.WriteAllText(_session.AlertsFile, $$"""{"stage":"{{stage}}","problem":"ManagedLeak","message":"it grows","nextStep":"look"}""" + "\n");

        _stream.Update();
        _stream.Update();

        Assert.Equal([$"{colour}memguard ▸\e[0m it grows"], Said());
        Assert.Equal((wasSuspected, wasConfirmed), (_stream.WasSuspected, _stream.WasConfirmed));
    }

    [Fact]
    public void Update_AlertThatIsBroken_IsPassedOver()
    {
        File.WriteAllText(_session.AlertsFile, "{\"stage\":\"Confirmed\"\n");

        _stream.Update();

        Assert.Empty(Said());
        Assert.False(_stream.WasConfirmed);
    }

    [Theory]
    [InlineData("Warning 1004 the container has no limit", "the container has no limit")]
    [InlineData("Critical 1 it ends", "it ends")]
    [InlineData("a sentence before there is a log", "a sentence before there is a log")]
    [InlineData("Warning alone", "Warning alone")]
    [InlineData("Information 1001 started", null)]
    [InlineData("Warning 3000 suspected, which comes by its own file", null)]
    [InlineData("Error 3006 confirmed, which comes by its own file", null)]
    public void Update_LineOfTheLog_IsSaidUnlessItIsNoNewsOrAnAlert(string line, string? said)
    {
        File.WriteAllText(_session.LogFile, line + "\n");

        _stream.Update();

        Assert.Equal(said is null ? [] : [$"\e[33mmemguard ▸\e[0m {said}"], Said());
    }

    private string[] Said() => _said.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
