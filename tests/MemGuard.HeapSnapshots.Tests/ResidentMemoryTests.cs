using System.Globalization;
using System.Text.RegularExpressions;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests;

/// <summary>What snapshots leave behind in a process of its own with a heap of 25 MB.</summary>
public sealed partial class ResidentMemoryTests
{
    private const long MostKilobytes = 10 << 10;
    private const long MostMaps = 60;
    private const long MostDescriptors = 4;

    // The first ten load and compile what a snapshot needs, once in the life of a process.
    [Fact]
    public async Task CaptureAsync_FiftyMore_LeaveTheProcessAsLarge()
    {
        string output = await ChildProcess.RunAsync("memory", "60");
        Match ten = Line(10).Match(output);
        Match sixty = Line(60).Match(output);

        Assert.True(ten.Success && sixty.Success, output);
        Assert.True(Difference("resident") <= MostKilobytes, output);
        Assert.True(Difference("maps") <= MostMaps, output);
        Assert.True(Difference("descriptors") <= MostDescriptors, output);

        long Difference(string what) => Read(sixty, what) - Read(ten, what);
    }

    private static long Read(Match line, string what) => long.Parse(line.Groups[what].Value, CultureInfo.InvariantCulture);

    private static Regex Line(int count) => count == 10 ? AfterTen() : AfterSixty();

    [GeneratedRegex(@"after 10: (?<resident>\d+) KB resident.* (?<maps>\d+) maps, (?<descriptors>\d+) descriptors")]
    private static partial Regex AfterTen();

    [GeneratedRegex(@"after 60: (?<resident>\d+) KB resident.* (?<maps>\d+) maps, (?<descriptors>\d+) descriptors")]
    private static partial Regex AfterSixty();
}
