using System.Globalization;
using System.Text.RegularExpressions;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>Texts on their way out of the process: visible, bounded, without absolute paths.</summary>
internal static partial class PageText
{
    private const int MaxSentenceLength = 2000;

    /// <summary>A sentence of MemGuard's or of an evidence collector's.</summary>
    public static string Sentence(string text) => VisibleText.Of(Paths().Replace(text, "…/${last}"), MaxSentenceLength);

    /// <summary>A name of a type, a structure, a field.</summary>
    public static string Name(string name) => VisibleText.OfName(name);

    /// <summary>A member of an enumeration as metrics and rules write it.</summary>
    public static string Word<TEnum>(TEnum value)
        where TEnum : struct, Enum => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    /// <summary>"12 s", "14 min", "3.1 h", "2.5 days".</summary>
    public static string Duration(TimeSpan time) => time.TotalSeconds < 120 ? Text(time.TotalSeconds, "s")
        : time.TotalMinutes < 120 ? Text(time.TotalMinutes, "min")
        : time.TotalHours < 48 ? Text(time.TotalHours, "h")
        : Text(time.TotalDays, "days");

    /// <summary>"66 min (52–84)", in the unit of the best value.</summary>
    public static string Range(TimeSpan best, TimeSpan? low, TimeSpan? high)
    {
        double unit = best.TotalSeconds < 120 ? 1 : best.TotalMinutes < 120 ? 60 : best.TotalHours < 48 ? 3600 : 86_400;
        string Number(TimeSpan? time) => time is { } known ? (known.TotalSeconds / unit).ToString(unit > 60 && known.TotalSeconds / unit < 10 ? "0.0" : "0", CultureInfo.InvariantCulture) : "?";
        return low is null ? Duration(best) : $"{Duration(best)} ({Number(low)}–{Number(high)})";
    }

    /// <summary>A sentence that ends as one, and begins as one.</summary>
    public static string Whole(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + (text[^1] is '.' or '!' or '?' ? "" : ".");

    private static string Text(double value, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $"{value.ToString(value < 10 && unit is "h" or "days" ? "0.0" : "0", CultureInfo.InvariantCulture)} {unit}");

    // Two parts at least: "MB/min" and "GET /report" are no paths, nor are links. What lies before the last part tells of the machine.
    [GeneratedRegex(@"(?<![\w.…)\]>]|\w:/)(?:[A-Za-z]:)?(?:[\\/][^\\/\s'""<>:;,()]+)*[\\/][^\\/\s'""<>:;,()]+[\\/](?<last>[^\\/\s'""<>:;,()]+)")]
    private static partial Regex Paths();
}
