using System.Globalization;

namespace MemGuard.Limits;

/// <summary>Sizes as people read them.</summary>
internal static class Megabytes
{
    public const long One = 1 << 20;

    public static string Text(long? bytes) => bytes is long known
        ? string.Create(CultureInfo.InvariantCulture, $"{known / (double)One:0.#} MB")
        : "none";
}
