using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Telemetry;

namespace MemGuard.ArchitectureTests;

/// <summary>Every source of a contained failure that the code names has its component: what has none counts as the user's code.</summary>
public sealed partial class FaultComponentTests
{
    [Fact]
    public void Sources_EverySourceThatTheCodeNames_HasItsComponent()
    {
        string[] named = [.. Repository.Files(Repository.PathOf("src", "MemGuard"), "*.cs").SelectMany(static path => Source().Matches(File.ReadAllText(path))).Select(static match => match.Groups["source"].Value).Distinct()];

        Assert.True(named.Length > 10);
        Assert.DoesNotContain(named, static source => FaultComponents.Of(source) == FaultComponents.UserCode);
    }

    [GeneratedRegex("faults\\.(Run|Report|Get|Count|RunPart|GetPart)(<.*>)?\\(\\s*\"(?<source>[a-z][^\"]*[a-z])\"", RegexOptions.IgnoreCase)]
    private static partial Regex Source();
}
