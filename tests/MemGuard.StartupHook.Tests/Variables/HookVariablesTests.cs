using System.Reflection;
using System.Text.RegularExpressions;
using MemGuard.HeapSnapshots;
using MemGuard.StartupHook.Variables;

namespace MemGuard.StartupHook.Tests.Variables;

/// <summary>The table of variables: every option has one, and the documentation the same.</summary>
public sealed partial class HookVariablesTests
{
    // A delegate is nothing that a text could give.
    private static readonly string[] NotFromOutside = ["LoadSignal"];

    [Fact]
    public void All_EveryPublicOption_HasExactlyOne()
    {
        IEnumerable<string> options =
        [
            .. Settable(typeof(MemGuardOptions)).Except(NotFromOutside), "IgnoredProblems",
            .. Settable(typeof(MemoryThresholds)).Select(static name => "Thresholds:" + name),
            .. Settable(typeof(HeapSnapshotOptions)).Select(static name => "HeapSnapshots:" + name),
        ];

        Assert.Equal(options.Order(StringComparer.Ordinal), HookVariables.All.Select(static variable => variable.Option).Where(static option => option.Length > 0).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void All_EveryName_IsTheOptionsNameSpelledOut()
    {
        Assert.All(
            HookVariables.All.Where(static variable => variable.Option.Length > 0),
            static variable => Assert.Equal(variable.Option.ToUpperInvariant(), EnvironmentVariables.Normalize(variable.Name)));
    }

    [Fact]
    public void Documentation_TheTable_HasTheSameNames()
    {
        DirectoryInfo root = new(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(root.FullName, "MemGuard.sln")))
        {
            root = root.Parent!;
        }

        IEnumerable<string> documented = Row().Matches(File.ReadAllText(Path.Combine(root.FullName, "docs", "attach.md"))).Select(static match => match.Groups[1].Value);

        Assert.Equal(
            HookVariables.All.Select(static variable => variable.Name).Concat(HookVariables.Others).Order(StringComparer.Ordinal),
            documented.Order(StringComparer.Ordinal));
    }

    private static IEnumerable<string> Settable(Type type) => type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(static property => property.SetMethod is { IsPublic: true }).Select(static property => property.Name);

    [GeneratedRegex(@"^\| `(MEMGUARD_\w+)` \|", RegexOptions.Multiline)]
    private static partial Regex Row();
}
