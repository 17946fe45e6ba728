using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Packages;

/// <summary>What every package must carry. Each rule that is broken is one sentence.</summary>
internal static partial class PackageRules
{
    private const int LargestIconBytes = 10 * 1024;

    private const string Analyzers = "analyzers/dotnet/cs/";

    public static IEnumerable<string> Check(PackedPackage package, string repository, string commit, string readme, IReadOnlySet<string>? dependencies) =>
    [
        .. CheckFiles(package),
        .. CheckReadme(package, readme),
        .. CheckMetadata(package, repository, commit),
        .. CheckDependencies(package, dependencies),
        .. SymbolRules.Check(package.ReadSymbols($"{Place(package)}/{package.Id}.pdb"), repository, commit),
    ];

    // A tool has its files elsewhere, and no members for anybody to read about.
    private static bool IsTool(PackedPackage package) => package.Read("tools/net10.0/any/DotnetToolSettings.xml") is not null;

    private static string Place(PackedPackage package) => IsTool(package) ? "tools/net10.0/any" : "lib/net10.0";

    private static IEnumerable<string> CheckFiles(PackedPackage package)
    {
        if (package.Read($"{Place(package)}/{package.Id}.dll") is null)
        {
            yield return "has no assembly";
        }

        if (package.Text("icon") is not { } icon || package.Read(icon) is not { Length: > 0 and < LargestIconBytes })
        {
            yield return "has no icon of less than 10 KB";
        }

        // The core has them; whoever has only a cache wants no rules.
        if ((package.Read($"{Analyzers}MemGuard.Analyzers.dll") is not null && package.Read($"{Analyzers}MemGuard.Analyzers.CodeFixes.dll") is not null) != (package.Id == "MemGuard"))
        {
            yield return package.Id == "MemGuard" ? "does not carry the analyzers" : "carries analyzers";
        }

        if (IsTool(package) && package.Read("tools/net10.0/any/hook/MemGuard.Hook.dll") is null)
        {
            yield return "does not carry the startup hook";
        }

        if (!IsTool(package) && (package.Read($"lib/net10.0/{package.Id}.xml") is not { } xml || !XDocument.Load(new MemoryStream(xml)).Descendants("member").Any()))
        {
            yield return "has no documentation of its members";
        }
    }

    // The repository's own, with links that lead there from anywhere.
    private static IEnumerable<string> CheckReadme(PackedPackage package, string readme)
    {
        if (package.Text("readme") is not { } name || package.Read(name) is not { } bytes)
        {
            yield return "has no readme";
            yield break;
        }

        string packed = Encoding.UTF8.GetString(bytes);
        if (RelativeLink().Match(packed) is { Success: true } link)
        {
            yield return $"has a readme whose link leads nowhere outside the repository: {link.Value}";
        }

        if (LinkTarget().Replace(packed, "]()") != LinkTarget().Replace(readme, "]()"))
        {
            yield return "has a readme that is not the repository's";
        }
    }

    private static IEnumerable<string> CheckMetadata(PackedPackage package, string repository, string commit)
    {
        if (package.Text("license") != "MIT" || package.Attribute("license", "type") != "expression")
        {
            yield return "does not say that its licence is MIT";
        }

        if (package.Text("projectUrl") != repository || package.Attribute("repository", "url") != repository || package.Attribute("repository", "type") != "git")
        {
            yield return $"does not lead to {repository}";
        }

        if (package.Attribute("repository", "commit") != commit)
        {
            yield return $"says that its commit is {package.Attribute("repository", "commit") ?? "unknown"} and not {commit}";
        }

        foreach (string element in (string[])["description", "tags", "authors", "releaseNotes"])
        {
            if (string.IsNullOrWhiteSpace(package.Text(element)))
            {
                yield return $"has no {element}";
            }
        }
    }

    private static IEnumerable<string> CheckDependencies(PackedPackage package, IReadOnlySet<string>? expected)
    {
        if (expected is null)
        {
            yield return "is not in the README's table of packages";
            yield break;
        }

        (string Id, string Version)[] actual = [.. package.GetDependencies()];
        if (!expected.SetEquals(actual.Select(static one => one.Id)))
        {
            yield return $"depends on {string.Join(", ", actual.Select(static one => one.Id))}; the README says {string.Join(", ", expected)}";
        }

        // They share internals: any other version may lack what one calls.
        foreach ((string id, string version) in actual.Where(one => one.Id.StartsWith("MemGuard", StringComparison.Ordinal) && one.Version != $"[{package.Version}]"))
        {
            yield return $"depends on {id} {version}, which is not exactly its own version";
        }
    }

    [GeneratedRegex(@"\]\((?!https?:|#)[^)]*\)")]
    private static partial Regex RelativeLink();

    [GeneratedRegex(@"\]\([^)]*\)")]
    private static partial Regex LinkTarget();
}
