using System.Globalization;

namespace MemGuard.HeapSnapshots.Files;

/// <summary>A directory of a <see cref="SnapshotStore"/> as its name tells it.</summary>
/// <param name="Name">The directory's name.</param>
/// <param name="TakenAt">When it was taken, by the clock of then; null when the name does not say.</param>
/// <param name="IsHalf">Whether it was never finished.</param>
internal sealed record KeptSnapshot(string Name, DateTimeOffset? TakenAt, bool IsHalf)
{
    private const string Prefix = "snapshot-";
    private const string TimeFormat = "yyyyMMdd-HHmmss";

    public static string NameOf(DateTimeOffset time, string unique) =>
        string.Create(CultureInfo.InvariantCulture, $".{Prefix}{time.UtcDateTime.ToString(TimeFormat, CultureInfo.InvariantCulture)}-{unique}");

    /// <returns>Null for a directory that is no snapshot.</returns>
    public static KeptSnapshot? Parse(string name)
    {
        bool isHalf = name.StartsWith('.');
        string bare = isHalf ? name[1..] : name;
        if (!bare.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return null;
        }

        string text = bare[Prefix.Length..];
        text = text.Length < TimeFormat.Length ? "" : text[..TimeFormat.Length];
        return new KeptSnapshot(
            name,
            DateTimeOffset.TryParseExact(text, TimeFormat, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) ? time : null,
            isHalf);
    }
}
