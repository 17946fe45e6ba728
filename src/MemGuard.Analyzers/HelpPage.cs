using System.Linq;
using System.Reflection;

namespace MemGuard.Analyzers;

/// <summary>Where a rule is explained: below the repository's address that whoever published this build gave, else the path in the repository.</summary>
internal static class HelpPage
{
    private const string Page = "docs/analyzers.md#";

    private static readonly string Folder = FindFolder();

    public static string Of(string id) => Folder + Page + id.ToLowerInvariant();

    private static string FindFolder()
    {
        string? repository = typeof(HelpPage).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(static metadata => metadata.Key == "RepositoryUrl")?.Value;
        return string.IsNullOrEmpty(repository) ? string.Empty : repository!.TrimEnd('/') + "/blob/main/";
    }
}
