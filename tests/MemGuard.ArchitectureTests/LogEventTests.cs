using MemGuard.ArchitectureTests.Support;
using Microsoft.Extensions.Logging;

namespace MemGuard.ArchitectureTests;

/// <summary>Operators filter and alert on event ids: each is unique, in its folder's block and documented.</summary>
public sealed class LogEventTests
{
    [Fact]
    public void Products_EveryLogMessage_IsUniqueInItsBlockAndDocumented()
    {
        LogEvent[] events =
        [
            .. Sources.Products.SelectMany(static product => LogEvent.FindAll(System.Reflection.Assembly.Load(product))),
        ];

        Assert.Equal(string.Empty, string.Join('\n', LogEvent.FindProblems(events, [.. LogEvent.ReadTable(Repository.Read("docs", "log-events.md"))])));
    }

    [Fact]
    public void FindProblems_EveryKindOfProblem_IsFound()
    {
        LogEvent[] events =
        [
            new(1000, "Fine", LogLevel.Warning, "MemGuard.Sampling"),
            new(3001, "InSampling", LogLevel.Warning, "MemGuard.Sampling"),
            new(3002, "First", LogLevel.Debug, "MemGuard.Alerts"),
            new(3002, "Second", LogLevel.Debug, "MemGuard.Alerts"),
            new(1003, "InTrends", LogLevel.Debug, "MemGuard.Trends"),
            new(5100, "Layer", LogLevel.Debug, "MemGuard.HeapSnapshots.Capture"),
        ];
        LogEvent[] documented = [.. LogEvent.ReadTable(
            """
            | Id | Name | Level | Text |
            |---|---|---|---|
            | 1000 | `Fine` | Warning | … |
            | 3001 | InSampling | Information | … |
            | 3002 | First | Debug | … |
            | 3002 | Second | Debug | … |
            | 1003 | InTrends | Debug | … |
            | 5100 | Layer | Debug | … |
            """)];

        Assert.Equal(
            [
                "3002 is used by First and Second",
                "3001 InSampling is outside the block of MemGuard.Sampling",
                "1003 InTrends is outside the block of MemGuard.Trends",
                "3001 InSampling (Warning) is not in the documentation",
                "3001 InSampling (Information) is documented but not in the code",
            ],
            LogEvent.FindProblems(events, documented));
    }
}
