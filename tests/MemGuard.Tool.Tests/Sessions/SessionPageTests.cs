using System.Text.RegularExpressions;
using MemGuard.Sampling;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Tests.Sessions;

public sealed partial class SessionPageTests
{
    private const string Line = "Managed leak: live heap after gen2 212 → 388 MB in 14 min (+12.6 MB/min), limit in 66 min (52–84). Suspect: static UserService._cache → Dictionary<string, User>, 412,003 entries. Next: bound it.";

    [Fact]
    public void Write_ConfirmedProblem_HasTheAlertsLineAsItWasSaid()
    {
        string page = Write(Report(Line));

        Assert.Contains("Managed leak, confirmed. Limit in 66 min when it was said.", page, StringComparison.Ordinal);
        Assert.Contains("+12.6 MB/min), limit in 66 min (52–84)", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
        Assert.Contains("Next: Bound it.", page, StringComparison.Ordinal);
        Assert.Contains("static UserService._cache", System.Net.WebUtility.HtmlDecode(page), StringComparison.Ordinal);
    }

    [Fact]
    public void Write_EndedByAKill_SaysSoUnderItsTitle()
    {
        string page = Write(Report(Line) with { ExitCode = 137 });

        Assert.Contains("How it ended</h2>", page, StringComparison.Ordinal);
        Assert.Contains("Exit code 137.", page, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Resolved", "Managed leak, ended.")]
    [InlineData("Confirmed", "Managed leak, confirmed.")]
    public void Write_ProblemThatIsOver_IsToldAsOver(string lastStage, string headline) =>
        Assert.Contains(headline, Write(Report(Line, lastStage)), StringComparison.Ordinal);

    [Fact]
    public void Write_NoAlert_SaysHowLongItWatched() =>
        Assert.Contains("No problem. Watched for 30 min.", Write(Report(Line) with { Alerts = [] }), StringComparison.Ordinal);

    [Fact]
    public void Write_NothingWasAttached_SaysThat() =>
        Assert.Contains("MemGuard was not attached", Write(new SessionReport()), StringComparison.Ordinal);

    [Fact]
    public void Write_HostileTexts_StayText()
    {
        const string hostile = "</script><script>alert(1)</script>";

        string page = Write(Report(hostile) with { Application = hostile, Lines = ["Limits: " + hostile] });

        Assert.DoesNotContain("<script>alert", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_ASampleASecondForADay_FitsAMailAndNeedsNoNetwork()
    {
        string page = Write(Report(Line), 100_000);

        Assert.InRange(System.Text.Encoding.UTF8.GetByteCount(page), 1, 300 * 1024);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
        Assert.DoesNotMatch(Elsewhere(), page);
    }

    [Fact]
    public void Write_PathsOfThisMachine_AreShortened() =>
        Assert.DoesNotContain("/srv/shop/secret", Write(Report(Line + " Report: /srv/shop/secret/snapshots/20260101.")), StringComparison.Ordinal);

    private static SessionReport Report(string message, string lastStage = "Confirmed") => new()
    {
        Application = "shop",
        ProcessId = 42,
        SampleCount = 1800,
        Duration = TimeSpan.FromMinutes(30),
        LimitBytes = 512 << 20,
        Alerts =
        [
            Alert("Suspected", 300, "Suspected: managed memory is growing."),
            Alert("Confirmed", 840, message),
            Alert(lastStage, 1700, lastStage == "Confirmed" ? message : "Managed leak resolved."),
        ],
    };

    private static AlertLine Alert(string stage, double elapsed, string message) => new()
    {
        Stage = stage,
        Problem = "ManagedLeak",
        Message = message,
        NextStep = "bound it",
        ElapsedSeconds = elapsed,
        SecondsToLimit = 66 * 60,
        BytesPerHour = 792_723_456,
        Suspects = ["static UserService._cache → Dictionary<string, User>"],
    };

    private static string Write(SessionReport report, int samples = 1800)
    {
        DateTimeOffset zero = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        MemorySample[] series = [.. Enumerable.Range(1, samples).Select(second => new MemorySample
        {
            Timestamp = zero.AddSeconds(second),
            Elapsed = TimeSpan.FromSeconds(second),
            TotalMemoryBytes = (200 + (second / 10.0 % 97)) is var megabytes ? (long)(megabytes * 1048576) : 0,
            WorkingSetBytes = 300L * 1048576 + (second * 7919L % 1000003),
        })];
        using StringWriter writer = new();
        SessionPage.Write(writer, report, report.SampleCount > 0 ? series : [], []);
        return writer.ToString();
    }

    // Whatever would be loaded from elsewhere: not the name spaces of SVG.
    [GeneratedRegex("(src|href)=\"https?:|url\\(https?:|@import")]
    private static partial Regex Elsewhere();
}
