using System.Text;
using System.Text.RegularExpressions;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>A short name for a place that survives restarts and rebuilds: no addresses, no counts, no versions, no numbers that the compiler makes up.</summary>
internal static partial class Fingerprint
{
    private const int Bytes = 8;

    public static string Of(string owner, string place, string? element)
    {
        string what = element is null ? "" : Percentage().Replace(element, "");
        string text = $"{owner}\n{place}\n{what}";
        byte[] hash = Sha256.Hash(Encoding.UTF8.GetBytes(CompilerNumber().Replace(text, "")));
        return Convert.ToHexStringLower(hash.AsSpan(0, Bytes));
    }

    [GeneratedRegex(@"^\d+ % ")]
    private static partial Regex Percentage();

    [GeneratedRegex(@"(?<=DisplayClass|__|>[bdg]_*)\d+(_\d+)*")]
    private static partial Regex CompilerNumber();
}
