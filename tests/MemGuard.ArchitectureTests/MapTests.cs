using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.ArchitectureTests;

/// <summary>The map for contributors leads somewhere: each path, type and member that it names exists, and no room is missing.</summary>
public sealed partial class MapTests
{
    [Fact]
    public void Map_EveryPathTypeAndMember_Exists() => Assert.Equal(string.Empty, string.Join('\n', FindMissing(Names(Map))));

    [Fact]
    public void Map_EveryRoomOfTheFirstLevel_IsThere()
    {
        IEnumerable<string> rooms = Sources.Products
            .SelectMany(static product => Directory.EnumerateDirectories(Repository.PathOf("src", product)))
            .Where(static folder => Directory.EnumerateFiles(folder, "*.cs").Any() && Path.GetFileName(folder) is not ("bin" or "obj"))
            .Select(Repository.RelativePath);

        Assert.Empty(rooms.Except(Names(Map)));
    }

    [Fact]
    public void FindMissing_WrongNames_AreFound()
    {
        string[] names = ["src/Shared", "src/Nowhere", "TrendDetector", "TrendDetectors", "TrendDetector.Observe", "TrendDetector.Ignore", "BoundedQueue<T>.Dispose", "two words"];

        Assert.Equal(["src/Nowhere", "TrendDetectors", "TrendDetector.Ignore", "two words"], FindMissing(names));
    }

    private static string Map => Repository.Read("docs", "contributing", "map.md");

    private static IEnumerable<string> Names(string text) => CodeSpan().Matches(text).Select(static match => match.Groups[1].Value).Where(static name => name != "like this").Distinct();

    private static string[] FindMissing(IEnumerable<string> names) => [.. names.Where(static name => !Exists(name))];

    private static bool Exists(string name)
    {
        if (name.Contains('/', StringComparison.Ordinal) || name is "tests" or "benchmarks" or "src")
        {
            return Path.Exists(Repository.PathOf(name.Split('/')));
        }

        Match match = TypeAndMember().Match(name);
        return match.Success && Types(match.Groups["type"].Value).Any(type => match.Groups["member"] is not { Success: true } member || HasMember(type, member.Value));
    }

    // A method that an extension adds counts by its own name: the map says AddMemGuard, as users do.
    private static IEnumerable<INamedTypeSymbol> Types(string name) => Sources.Products.SelectMany(product =>
        Sources.Of(product).GetSymbolsWithName(name, SymbolFilter.TypeAndMember).Select(static symbol => symbol as INamedTypeSymbol ?? symbol.ContainingType));

    private static bool HasMember(INamedTypeSymbol type, string name)
    {
        for (INamedTypeSymbol? each = type; each is not null; each = each.BaseType)
        {
            if (!each.GetMembers(name).IsEmpty)
            {
                return true;
            }
        }

        return false;
    }

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"^(?<type>[A-Z]\w*)(<[\w, ]+>)?(\.(?<member>[A-Z]\w*))?$")]
    private static partial Regex TypeAndMember();
}
