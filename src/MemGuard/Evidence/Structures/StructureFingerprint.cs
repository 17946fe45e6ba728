using System.Globalization;
using MemGuard.Bounded;

namespace MemGuard.Evidence;

/// <summary>The fingerprint of a structure: of its kind and its name, which the user chose, so it is the same on every instance.</summary>
internal static class StructureFingerprint
{
    public static string Of(StructureKind kind, string name)
    {
        // FNV-1a: the same for the same name on every machine and in every version.
        ulong hash = 14695981039346656037;
        foreach (char letter in string.Create(CultureInfo.InvariantCulture, $"{kind}\n{name}"))
        {
            hash = unchecked((hash ^ letter) * 1099511628211);
        }

        return hash.ToString("x16", CultureInfo.InvariantCulture);
    }
}
