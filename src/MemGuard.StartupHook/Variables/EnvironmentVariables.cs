using System.Collections;

namespace MemGuard.StartupHook.Variables;

/// <summary>What is set for MemGuard in the environment, and in what came with the hook.</summary>
internal static class EnvironmentVariables
{
    private const string Prefix = "MEMGUARD_";

    /// <param name="beside">Options that came with the hook, <c>NAME=VALUE</c> each; they win.</param>
    /// <returns>Names as they were written, with their values.</returns>
    public static IReadOnlyList<KeyValuePair<string, string>> Read(IEnumerable<string> beside)
    {
        List<KeyValuePair<string, string>> found = [];
        foreach (DictionaryEntry entry in Environment.GetEnvironmentVariables())
        {
            Add(found, entry.Key.ToString() ?? string.Empty, entry.Value?.ToString());
        }

        foreach (string line in beside)
        {
            string[] parts = line.Split('=', 2);
            Add(found, parts[0], parts.ElementAtOrDefault(1));
        }

        return found;
    }

    /// <summary>What two spellings of one name have in common: upper case, sections divided by colons, no underscores. The prefix is gone.</summary>
    public static string Normalize(string name) =>
        string.Join(':', name[Prefix.Length..].TrimStart('_').Split("__").Select(static section => section.Replace("_", string.Empty, StringComparison.Ordinal).ToUpperInvariant()));

    private static void Add(List<KeyValuePair<string, string>> found, string name, string? value)
    {
        if (name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) && name.Length > Prefix.Length && value is not null)
        {
            found.Add(KeyValuePair.Create(name, value));
        }
    }
}
