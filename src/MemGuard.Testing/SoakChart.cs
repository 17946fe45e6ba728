using System.Globalization;

namespace MemGuard.Testing;

/// <summary>The course of a soak test in one line of text.</summary>
internal static class SoakChart
{
    private const string Bars = "▁▂▃▄▅▆▇█";
    private const int Columns = 16;
    private const double Kilobyte = 1024;

    public static string Draw(IReadOnlyList<SoakPoint> points)
    {
        if (points.Count == 0)
        {
            return "no points";
        }

        double least = points.Min(static point => point.LiveBytes);
        double range = Math.Max(1, points.Max(static point => point.LiveBytes) - least);
        int columns = Math.Min(Columns, points.Count);
        string bars = string.Concat(Enumerable.Range(0, columns).Select(column =>
        {
            double level = (points[column * points.Count / columns].LiveBytes - least) / range;
            return Bars[(int)Math.Min(Bars.Length - 1, level * Bars.Length)];
        }));
        return string.Create(CultureInfo.InvariantCulture, $"{points[0].LiveBytes / Kilobyte:N0} {bars} {points[^1].LiveBytes / Kilobyte:N0}");
    }
}
