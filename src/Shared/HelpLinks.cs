using System.Reflection;

namespace MemGuard;

/// <summary>Writes links into the documentation so that they lead somewhere from a deployed application, which has no <c>docs</c> folder.</summary>
internal sealed class HelpLinks
{
    /// <summary>Where the documentation of this build is published: below the repository's address that whoever published it gave. Null where none was given.</summary>
    public static string? DefaultBase { get; } = FindDefaultBase(typeof(HelpLinks).Assembly);

    private readonly string _base;

    /// <param name="helpLinkBase">The address of the folder with the pages; null for that of this build.</param>
    public HelpLinks(string? helpLinkBase)
    {
        // A build of nobody's has no address: the path in the repository is what can be said.
        string folder = helpLinkBase ?? DefaultBase ?? "docs/";
        _base = folder.EndsWith('/') ? folder : folder + "/";
    }

    /// <param name="page">For example <c>triage.md#managed-leak</c>.</param>
    public string To(string page) => _base + page;

    internal static string? FindDefaultBase(Assembly assembly)
    {
        string? repository = assembly.GetCustomAttributes<AssemblyMetadataAttribute>().FirstOrDefault(static metadata => metadata.Key == "RepositoryUrl")?.Value;
        return repository is { Length: > 0 } ? FolderOf(repository) : null;
    }

    internal static string FolderOf(string repository)
    {
        string address = repository.TrimEnd('/');
        address = address.EndsWith(".git", StringComparison.Ordinal) ? address[..^4] : address;
        return address + "/blob/main/docs/";
    }
}
