using System.Globalization;

namespace MemGuard.Benchmarks.HotPaths;

/// <summary>Compares the lines of two versions that ran in turn, round by round.</summary>
internal static class HotPathsComparison
{
    private sealed record Figures(double Nanoseconds, double CpuNanoseconds, double Bytes);

    public static int Print(string oldFile, string presentFile)
    {
        Dictionary<string, List<Figures>> old = Read(oldFile);
        Dictionary<string, List<Figures>> present = Read(presentFile);
        // Processor time where other programs may run beside it; with threads that wait for each other the time on the clock says more.
        Console.WriteLine("| operation | old, ns | new, ns | ratio | its quartiles | ratio of processor time | its quartiles | old, B | new, B |");
        Console.WriteLine("|---|---:|---:|---:|---|---:|---|---:|---:|");
        foreach ((string name, List<Figures> before) in old)
        {
            List<Figures> after = present[name];
            // A ratio a round: what the machine does in one round hits both.
            double[] ratios = [.. before.Zip(after, static (a, b) => b.Nanoseconds / a.Nanoseconds)];
            double[] cpuRatios = [.. before.Zip(after, static (a, b) => b.CpuNanoseconds / a.CpuNanoseconds)];
            Console.WriteLine(
                $"| {name} | {GetMedian(before, static one => one.Nanoseconds)} | {GetMedian(after, static one => one.Nanoseconds)} | {Format(ratios)} | {Format(cpuRatios)} "
                + $"| {GetMedian(before, static one => one.Bytes)} | {GetMedian(after, static one => one.Bytes)} |");
        }

        return 0;
    }

    private static Dictionary<string, List<Figures>> Read(string file) =>
        File.ReadLines(file).Select(static line => line.Split('\t')).GroupBy(static cells => cells[0]).ToDictionary(
            static figure => figure.Key,
            static figure => figure.Select(static cells => new Figures(Parse(cells[1]), Parse(cells[2]), Parse(cells[3]))).ToList(),
            StringComparer.Ordinal);

    private static double Parse(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    private static string GetMedian(List<Figures> figures, Func<Figures, double> value) => At(figures.Select(value), 0.5).ToString("0.00", CultureInfo.InvariantCulture);

    private static string Format(double[] ratios) => string.Create(CultureInfo.InvariantCulture, $"{At(ratios, 0.5):0.000} | {At(ratios, 0.25):0.000}–{At(ratios, 0.75):0.000}");

    // Interpolated between neighbours: eleven rounds have no value exactly at a quartile.
    private static double At(IEnumerable<double> values, double part)
    {
        double[] sorted = [.. values.Order()];
        double position = part * (sorted.Length - 1);
        int below = (int)position;
        int above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((position - below) * (sorted[above] - sorted[below]));
    }
}
