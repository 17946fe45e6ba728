using MemGuard.HeapSnapshots;
using MemGuard.StartupHook.Variables;
using MemGuard.Trends;
using MemGuard.Triage;

namespace MemGuard.StartupHook.Tests.Variables;

/// <summary>What operators write.</summary>
public class HookSettingsTests
{
    [Theory]
    [InlineData("MEMGUARD_MEMORY_LIMIT_BYTES")]
    [InlineData("MEMGUARD_MEMORYLIMITBYTES")]
    [InlineData("MemGuard__MemoryLimitBytes")]
    [InlineData("memguard_memory_limit_bytes")]
    public void Read_EverySpelling_IsTheOption(string name)
    {
        (HookSettings settings, IReadOnlyList<string> warnings) = Read((name, "512MB"));

        Assert.Empty(warnings);
        Assert.Equal(512L << 20, settings.Options.MemoryLimitBytes);
    }

    [Fact]
    public void Read_OneOfEachKind_IsSet()
    {
        (HookSettings settings, IReadOnlyList<string> warnings) = Read(
            ("MEMGUARD_WARM_UP", "90s"), ("MEMGUARD_SENSITIVITY", "high"), ("MEMGUARD_BLACK_BOX", "off"), ("MEMGUARD_RECORD_MAX_FILES", "7"), ("MEMGUARD_RECORD_TO", "/var/lib/shop"),
            ("MemGuard__Thresholds__NearLimitRatio", "0.7"), ("MEMGUARD_IGNORED_PROBLEMS", "GCThrash, heapfragmentation"), ("MEMGUARD_HEAP_SNAPSHOTS__MAX_PAUSE", "00:00:05"),
            ("MEMGUARD_HEAP_SNAPSHOTS__CAPTURE_METHOD", "fork"), ("MEMGUARD_LOG", "stderr"), ("MEMGUARD_VERBOSE", "1"), ("MEMGUARD_DISABLED", "0"), ("MEMGUARD_SESSION", "/x"));

        Assert.Empty(warnings);
        Assert.Equal(TimeSpan.FromSeconds(90), settings.Options.WarmUp);
        Assert.Equal(Sensitivity.High, settings.Options.Sensitivity);
        Assert.False(settings.Options.BlackBox);
        Assert.Equal(7, settings.Options.RecordMaxFiles);
        Assert.Equal("/var/lib/shop", settings.Options.RecordTo);
        Assert.Equal(0.7, settings.Options.Thresholds.NearLimitRatio);
        Assert.Equal([MemoryProblem.GCThrash, MemoryProblem.HeapFragmentation], settings.Options.IgnoredProblems.Order());
        Assert.Equal(TimeSpan.FromSeconds(5), settings.Snapshots.MaxPause);
        Assert.Equal(CaptureMethod.Fork, settings.Snapshots.CaptureMethod);
        Assert.Equal(HookLogDestination.Stderr, settings.Log);
        Assert.True(settings.IsVerbose);
        Assert.False(settings.ListensToSignal);
    }

    [Theory]
    [InlineData("MEMGUARD_WARM_UP", "30", "a time with its unit is expected")]
    [InlineData("MEMGUARD_WARM_UP", "3 fortnights", "a time with its unit is expected")]
    [InlineData("MEMGUARD_WARM_UP", "2d", "MemGuard:WarmUp is 2.00:00:00; it must be from")]
    [InlineData("MEMGUARD_WARM_UP", "1e300h", "a time with its unit is expected")]
    [InlineData("MEMGUARD_MEMORY_LIMIT_BYTES", "lots", "a number of bytes is expected")]
    [InlineData("MEMGUARD_MEMORY_LIMIT_BYTES", "1e40GB", "a number of bytes is expected")]
    [InlineData("MEMGUARD_MEMORY_LIMIT_BYTES", "5", "MemGuard:MemoryLimitBytes is 5; it must be from")]
    [InlineData("MEMGUARD_SENSITIVITY", "1", "one of Low, Normal, High is expected")]
    [InlineData("MEMGUARD_BLACK_BOX", "maybe", "true or false is expected")]
    [InlineData("MEMGUARD_HEAP_SNAPSHOTS__MAX_PER_DAY", "0", "HeapSnapshotOptions.MaxPerDay is 0; it must be from")]
    [InlineData("MEMGUARD_IGNORED_PROBLEMS", "GCThrash,Rain", "is expected")]
    public void Read_ValueThatCannotBeUsed_KeepsTheDefaultAndSaysWhy(string name, string value, string reason)
    {
        (HookSettings settings, IReadOnlyList<string> warnings) = Read((name, value), ("MEMGUARD_REARM", "2h"));

        string warning = Assert.Single(warnings);
        Assert.StartsWith($"The environment variable {name} is '{value}': ", warning, StringComparison.Ordinal);
        Assert.Contains(reason, warning, StringComparison.Ordinal);
        Assert.Equal(TimeSpan.FromSeconds(30), settings.Options.WarmUp);
        Assert.Null(settings.Options.MemoryLimitBytes);
        Assert.Empty(settings.Options.IgnoredProblems);
        Assert.Equal(24, settings.Snapshots.MaxPerDay);
        Assert.Equal(TimeSpan.FromHours(2), settings.Options.Rearm);
    }

    [Theory]
    [InlineData("MEMGUARD_WRAM_UP", "MEMGUARD_WARM_UP")]
    [InlineData("MemGuard__HeapSnapshot__MaxPause", "MEMGUARD_HEAP_SNAPSHOTS__MAX_PAUSE")]
    [InlineData("MEMGUARD_LIMIT_BYTES", "MEMGUARD_MEMORY_LIMIT_BYTES")]
    public void Read_UnknownName_NamesTheNearest(string name, string meant)
    {
        (_, IReadOnlyList<string> warnings) = Read((name, "1"));

        Assert.EndsWith($"Is {meant} meant?", Assert.Single(warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SignalAskedFor_ListensToIt() => Assert.True(Read(("MEMGUARD_HEAP_SNAPSHOTS__CAPTURE_ON_SIGNAL", "true")).Settings.ListensToSignal);

    [Theory]
    [InlineData("kitten", "sitting", 3)]
    [InlineData("", "abc", 3)]
    [InlineData("abc", "", 3)]
    [InlineData("same", "same", 0)]
    public void CountEdits_TwoWords_IsLevenshteinsDistance(string one, string other, int expected) => Assert.Equal(expected, NearestName.CountEdits(one, other));

    private static (HookSettings Settings, IReadOnlyList<string> Warnings) Read(params (string Name, string Value)[] variables) =>
        HookSettings.Read(variables.Select(static variable => KeyValuePair.Create(variable.Name, variable.Value)));
}
