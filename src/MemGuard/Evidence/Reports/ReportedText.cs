using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;

namespace MemGuard.Evidence;

/// <summary>The one way to make a text ready for a report: bounded, visible, and encoded ahead, since a dying process may have no memory for it.</summary>
internal static class ReportedText
{
    private const int MaxLength = 1_000;

    private static readonly JavaScriptEncoder Encoder = JavaScriptEncoder.Create(UnicodeRanges.All);

    public static JsonEncodedText Of(string text) =>
        JsonEncodedText.Encode(VisibleText.Of(text.Length > MaxLength ? string.Concat(text.AsSpan(0, MaxLength), "…") : text), Encoder);

    public static JsonEncodedText? OfNullable(string? text) => text is null ? null : Of(text);

    /// <summary>A member of an enumeration in the format's spelling: <c>containerDefault</c>.</summary>
    public static JsonEncodedText OfName<TEnum>(TEnum value)
        where TEnum : struct, Enum =>
        Of(JsonNamingPolicy.CamelCase.ConvertName(value.ToString()));
}
