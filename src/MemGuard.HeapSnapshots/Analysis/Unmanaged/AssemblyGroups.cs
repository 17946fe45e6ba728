using System.Reflection;
using System.Runtime.Loader;
using System.Text.RegularExpressions;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Groups loaded assemblies that are the same but for a number: proxies, scripts and serializers made again and again, plugins loaded again and again.</summary>
internal static partial class AssemblyGroups
{
    private const int Fewest = 2;
    private const int MaxGroups = 50;

    public static IReadOnlyList<NativeCount> Count(IReadOnlyList<Assembly> assemblies) =>
    [
        .. assemblies
            .GroupBy(static assembly => Number().Replace(assembly.GetName().Name ?? "", "*"), StringComparer.Ordinal)
            .Where(static group => group.Count() >= Fewest)
            .OrderByDescending(static group => group.Count())
            .Take(MaxGroups)
            .Select(static group => new NativeCount
            {
                Name = VisibleText.OfName(group.Key),
                Kind = group.Select(AssemblyLoadContext.GetLoadContext).Distinct().Count() * 2 > group.Count() ? NativeKind.Copies : NativeKind.Assemblies,
                Count = group.Count(),
            }),
    ];

    // What generators append to tell their assemblies apart.
    [GeneratedRegex("[0-9a-fA-F]{8}[0-9a-fA-F-]*|[0-9]+", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();
}
