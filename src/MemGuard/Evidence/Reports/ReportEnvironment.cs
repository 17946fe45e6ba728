using System.Collections;
using System.Text.Json;

namespace MemGuard.Evidence;

/// <summary>What of the environment a report shows: by a list of what is allowed, never by one of what is not.</summary>
/// <remarks>
/// A value only of settings of the garbage collector, of the JIT and of the C library's allocator, and only where it is a short number, or true or
/// false. Of other settings of the runtime and of MemGuard only the name. Of everything else nothing.
/// </remarks>
internal static class ReportEnvironment
{
    private const int MaxCount = 64;
    private const int MaxNameLength = 64;
    private const int MaxValueLength = 20;

    private static readonly string[] WithValue = ["DOTNET_GC", "DOTNET_Tiered", "DOTNET_EnableDiagnostics", "COMPlus_GC", "MALLOC_"];
    private static readonly string[] NameOnly = ["DOTNET_", "COMPlus_", "ASPNETCORE_", "MEMGUARD_"];

    public static IReadOnlyList<(JsonEncodedText Name, JsonEncodedText? Value)> Read(IDictionary variables)
    {
        List<(string Name, string? Value)> allowed = [];
        foreach (DictionaryEntry variable in variables)
        {
            if (variable is { Key: string { Length: <= MaxNameLength } name, Value: string value } && IsPlainName(name) && (Begins(name, WithValue) || Begins(name, NameOnly)))
            {
                allowed.Add((name, Begins(name, WithValue) && IsFigure(value) ? value : null));
            }
        }

        allowed.Sort(static (a, b) => string.CompareOrdinal(a.Name, b.Name));
        return [.. allowed.Take(MaxCount).Select(static variable => (ReportedText.Of(variable.Name), ReportedText.OfNullable(variable.Value)))];
    }

    private static bool Begins(string name, string[] prefixes) => Array.Exists(prefixes, prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    // The last part of a name such as MEMGUARD__Key__{secret} could be one.
    private static bool IsPlainName(string name) => name.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '_');

    private static bool IsFigure(string value) =>
        value.Length <= MaxValueLength
        && (value is "true" or "false" or "True" or "False" || (value.Length > 0 && value.All(static letter => char.IsAsciiHexDigit(letter) || letter is 'x' or 'X' or '.')));
}
