using System.Text;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sessions;
using MemGuard.Tool.Sessions;
using MemGuard.Triage;

namespace MemGuard.Tool.Tests.Sessions;

/// <summary>What the watched process writes is what the tool reads.</summary>
public class AlertLineTests
{
    private static readonly MemoryAlert Alert = new()
    {
        Stage = AlertStage.Confirmed,
        Problem = MemoryProblem.ManagedLeak,
        Message = "Managed leak: live heap 212 → 388 MB. Suspect: static A._b → Dictionary<string, \"x\">.",
        Diagnosis = new MemoryDiagnosis
        {
            Problem = MemoryProblem.ManagedLeak,
            Reason = "live heap 212 → 388 MB",
            NextStep = "bound it",
            BytesPerHour = 1.5e9,
            TimeToLimit = TimeSpan.FromMinutes(66),
        },
        Evidence = new EvidenceResult { Suspects = [new LeakSuspect("static A._b") { RetainedBytes = 143 << 20, Count = 412_003, GrowthShareRatio = 0.81 }], Files = ["/tmp/x"] },
        Elapsed = TimeSpan.FromMinutes(14),
    };

    [Fact]
    public void TryParse_WhatTheProcessWrote_IsTheSame()
    {
        string text = Encoding.UTF8.GetString(SessionAlerts.Format(Alert, DateTimeOffset.UnixEpoch, isLate: false).Span);

        AlertLine line = Assert.IsType<AlertLine>(AlertLine.TryParse(Assert.Single(text.TrimEnd('\n').Split('\n'))));

        Assert.True(line.IsConfirmed);
        Assert.Equal(Alert.Message, line.Message);
        Assert.Equal("bound it", line.NextStep);
        Assert.Equal(1.5e9, line.BytesPerHour);
        Assert.Equal(66 * 60, line.SecondsToLimit);
        Assert.Equal(14 * 60, line.ElapsedSeconds);
        Assert.Equal(["static A._b"], line.Suspects);
        Assert.Equal(["/tmp/x"], line.Files);
        Assert.False(line.IsLateEvidence);
    }

    [Fact]
    public void TryParse_CutAnywhere_IsNoAlert()
    {
        string text = Encoding.UTF8.GetString(SessionAlerts.Format(Alert, DateTimeOffset.UnixEpoch, isLate: true).Span).TrimEnd('\n');

        Assert.NotNull(AlertLine.TryParse(text));
        Assert.All(Enumerable.Range(0, text.Length), length => Assert.Null(AlertLine.TryParse(text[..length])));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("""{"stage":1,"problem":"x","message":"x","nextStep":"x"}""")]
    public void TryParse_OtherJson_IsNoAlert(string text) => Assert.Null(AlertLine.TryParse(text));

    [Fact]
    public void Report_AlertAndHostileNames_SaysTheSameFiguresInertly()
    {
        AlertLine line = AlertLine.TryParse(Encoding.UTF8.GetString(SessionAlerts.Format(Alert with { Message = "Leak: <img onerror=x> | 388 MB\n# title" }, DateTimeOffset.UnixEpoch, isLate: false).Span))!;
        SessionReport report = new() { Application = "<b>app</b>", ProcessId = 7, Alerts = [line], SampleCount = 3 };

        string markdown = SessionText.ToMarkdown(report);

        Assert.Contains("**Leak: &lt;img onerror=x> \\| 388 MB\\n# title**", markdown, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", markdown, StringComparison.Ordinal);
        Assert.Contains("\"verdict\": \"Leak: <img onerror=x> | 388 MB\\n# title\"", SessionText.ToJson(report), StringComparison.Ordinal);
    }
}
