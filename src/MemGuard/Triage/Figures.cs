using System.Globalization;

namespace MemGuard.Triage;

/// <summary>Writes times the way the alert line shows them.</summary>
internal static class Figures
{
    public static string Duration(TimeSpan time) => Duration(time, UnitOf(time));

    /// <summary>"66 min (52–84)": the range in the unit of the best value.</summary>
    public static string Range(TimeSpan best, TimeSpan low, TimeSpan? high)
    {
        double unit = UnitOf(best);
        string to = high is TimeSpan end ? Number(end, unit) : "?";
        return FormattableString.Invariant($"{Duration(best, unit)} ({Number(low, unit)}–{to})");
    }

    private static double UnitOf(TimeSpan time) =>
        time.TotalSeconds < 120 ? 1 : time.TotalMinutes < 120 ? 60 : time.TotalHours < 48 ? 3600 : 86400;

    private static string Duration(TimeSpan time, double unit) =>
        $"{Number(time, unit)} {(unit == 1 ? "s" : unit == 60 ? "min" : unit == 3600 ? "h" : "days")}";

    private static string Number(TimeSpan time, double unit)
    {
        double value = time.TotalSeconds / unit;
        return value.ToString(value < 10 && unit > 60 ? "0.0" : "0", CultureInfo.InvariantCulture);
    }
}
