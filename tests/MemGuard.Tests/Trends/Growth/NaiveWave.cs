namespace MemGuard.Tests.Trends;

/// <summary>The definition of the wave's ratio, column by column: least squares by taking the columns out of each other, one after the other.</summary>
internal static class NaiveWave
{
    public static double SquaresRatio(double[] times, double[] levels, double[]? loads)
    {
        double[] load = loads ?? new double[times.Length];
        double growth = LeastOfGrowth(times, levels, load);
        if (loads is not null)
        {
            double sum = 0;
            double[] work = [.. times.Select((time, i) => i == 0 ? 0 : sum += (time - times[i - 1]) * loads[i])];
            growth = Math.Min(growth, LeastOfGrowth(work, levels, load));
        }

        double[] sine = [.. times.Select(static time => Math.Sin(2 * Math.PI * time / 86_400))];
        double[] cosine = [.. times.Select(static time => Math.Cos(2 * Math.PI * time / 86_400))];
        return Left(levels, load, sine, cosine) / growth;
    }

    /// <summary>Growth that is steady or changes its rate, and growth that begins at one of six points.</summary>
    private static double LeastOfGrowth(double[] along, double[] levels, double[] load)
    {
        double[] squared = [.. along.Select(static x => x * x)];
        double least = Left(levels, load, along, squared);
        for (int eighth = 1; eighth <= 6; eighth++)
        {
            double from = along[eighth * along.Length / 8];
            least = Math.Min(least, Left(levels, load, [.. along.Select(x => Math.Max(0, x - from))]));
        }

        return least;
    }

    /// <summary>The squares that are left of the levels when a constant and these columns are taken out.</summary>
    private static double Left(double[] levels, params double[][] columns)
    {
        List<double[]> taken = [[.. levels.Select(static _ => 1.0)]];
        foreach (double[] column in columns)
        {
            double[] rest = Without(column, taken);
            if (rest.Any(static x => x != 0))
            {
                taken.Add(rest);
            }
        }

        return Without(levels, taken).Sum(static x => x * x);
    }

    private static double[] Without(double[] column, List<double[]> taken)
    {
        double[] rest = column;
        foreach (double[] other in taken)
        {
            double share = rest.Zip(other, static (x, y) => x * y).Sum() / other.Sum(static x => x * x);
            rest = [.. rest.Zip(other, (x, y) => x - (share * y))];
        }

        return rest;
    }
}
