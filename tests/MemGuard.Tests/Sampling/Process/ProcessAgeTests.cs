using System.Diagnostics;
using MemGuard.Containers;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class ProcessAgeTests
{
    [Theory]
    [InlineData("1 (sh) S 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345 2580480 180 1\n", 123.45)]
    [InlineData("1 (a) b (c) ) R 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 7 2580480 180 1\n", 0.07)]
    public void ParseStart_Stat_IsField22BehindTheName(string stat, double seconds)
    {
        Assert.Equal(TimeSpan.FromSeconds(seconds), ProcessAge.ParseStart(stat));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("1 (sh")]
    [InlineData("1 (sh) S 0 1 1")]
    [InlineData("1 (sh) S 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 -5 2580480 180 1\n")]
    [InlineData("1 (sh) S 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 9223372036854775807 2580480 180 1\n")]
    [InlineData("1 (sh) S 0 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 12345")]
    public void ParseStart_Damaged_IsUnknown(string? stat)
    {
        Assert.Null(ProcessAge.ParseStart(stat));
    }

    [Theory]
    [InlineData("350735.47 234388.90\n", 350735.47)]
    [InlineData(null, null)]
    [InlineData("", null)]
    [InlineData("350735.47", null)]
    [InlineData("-1.00 2.00\n", null)]
    [InlineData("1e300 2.00\n", null)]
    public void ParseUptime_Text_IsTheFirstNumber(string? text, double? seconds)
    {
        Assert.Equal(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null, ProcessAge.ParseUptime(text));
    }

    [Fact]
    public void Read_OwnProcess_IsWhatTheFrameworkSays()
    {
        using Process process = Process.GetCurrentProcess();
        TimeSpan before = DateTime.UtcNow - process.StartTime.ToUniversalTime();
        TimeSpan age = ProcessAge.Read(SystemFiles.Instance, TimeProvider.System);
        TimeSpan after = DateTime.UtcNow - process.StartTime.ToUniversalTime();

        // The framework itself takes the machine's start from two clocks, read one after the other.
        Assert.InRange(age, before - TimeSpan.FromSeconds(2), after + TimeSpan.FromSeconds(2));
    }
}
