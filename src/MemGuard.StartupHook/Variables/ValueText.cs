using System.Globalization;
using MemGuard.Triage;

namespace MemGuard.StartupHook.Variables;

/// <summary>Reads values as operators write them. A value that cannot be read is a <see cref="FormatException"/> that says what is expected.</summary>
internal static class ValueText
{
    private static readonly (string Unit, long Bytes)[] ByteUnits =
        [("KIB", 1L << 10), ("MIB", 1L << 20), ("GIB", 1L << 30), ("KB", 1L << 10), ("MB", 1L << 20), ("GB", 1L << 30), ("K", 1L << 10), ("M", 1L << 20), ("G", 1L << 30), ("B", 1)];

    private static readonly (string Unit, double Seconds)[] TimeUnits = [("MS", 0.001), ("S", 1), ("MIN", 60), ("M", 60), ("H", 3600), ("D", 86400)];

    public static bool Switch(string text) => text.ToUpperInvariant() switch
    {
        "1" or "TRUE" or "YES" or "ON" => true,
        "0" or "FALSE" or "NO" or "OFF" => false,
        _ => throw new FormatException("true or false is expected"),
    };

    public static long Bytes(string text)
    {
        (string number, long unit) = Divide(text, ByteUnits, 1L);
        return double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) && Math.Abs(value * unit) < long.MaxValue
            ? (long)(value * unit)
            : throw new FormatException("a number of bytes is expected, such as 536870912 or 512MB");
    }

    public static int Count(string text) =>
        int.TryParse(text, NumberStyles.Integer, CultureInfo.InvariantCulture, out int value) ? value : throw new FormatException("a whole number is expected");

    public static double Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) ? value : throw new FormatException("a number is expected, such as 0.85");

    public static TimeSpan Time(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal) && TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out TimeSpan time))
        {
            return time;
        }

        // A number alone would be days to the framework and seconds to most people: neither is guessed.
        (string number, double unit) = Divide(text, TimeUnits, 0.0);
        return unit > 0 && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && Math.Abs(value * unit) < TimeSpan.MaxValue.TotalSeconds
            ? TimeSpan.FromSeconds(value * unit)
            : throw new FormatException("a time with its unit is expected, such as 30s, 5m, 2h or 00:00:30");
    }

    public static T Choice<T>(string text)
        where T : struct, Enum =>
        Enum.GetNames<T>().FirstOrDefault(name => string.Equals(name, text, StringComparison.OrdinalIgnoreCase)) is { } name
            ? Enum.Parse<T>(name)
            : throw new FormatException($"one of {string.Join(", ", Enum.GetNames<T>())} is expected");

    public static IEnumerable<MemoryProblem> Problems(string text) =>
        text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Choice<MemoryProblem>);

    private static (string Number, TUnit Unit) Divide<TUnit>(string text, (string Name, TUnit Unit)[] units, TUnit otherwise)
    {
        string upper = text.Trim().ToUpperInvariant();
        foreach ((string name, TUnit unit) in units)
        {
            if (upper.EndsWith(name, StringComparison.Ordinal))
            {
                return (upper[..^name.Length].TrimEnd(), unit);
            }
        }

        return (upper, otherwise);
    }
}
