namespace MemGuard.Trends;

/// <summary>
/// Whether the wave of a day explains a window better than growth that goes on. What follows the day, with whatever lag, is a sine and a
/// cosine of 24 hours: connections, sessions, the load of another service. No counter of the process need show it.
/// </summary>
internal static class WaveModel
{
    private const double Day = 86400;

    /// <summary>Below this share of its own squares a column is the load again, or rounding.</summary>
    private const double LeastOwnShare = 1e-6;

    /// <summary>Where growth may begin within the window, as shares of its points.</summary>
    private static readonly double[] Beginnings = [0.125, 0.25, 0.375, 0.5, 0.625, 0.75];

    /// <param name="times">Seconds of uptime.</param>
    /// <param name="floors">Levels as they were measured: nothing is taken out of them.</param>
    /// <param name="known">Loads; NaN where one is not known.</param>
    /// <returns>
    /// The squares that a day's wave leaves over the fewest that growth leaves: steady, with a changing rate, or begun on the way, against
    /// time or against work done. The load stands beside each of them.
    /// </returns>
    public static double SquaresRatio(ReadOnlySpan<double> times, ReadOnlySpan<double> floors, ReadOnlySpan<double> known)
    {
        int n = floors.Length;
        Span<double> columns = stackalloc double[6 * n];
        Span<double> loads = columns[..n];
        Span<double> level = columns.Slice(n, n);
        Span<double> along = columns.Slice(2 * n, n);
        Span<double> first = columns.Slice(3 * n, n);
        Span<double> second = columns.Slice(4 * n, n);
        Span<double> work = columns.Slice(5 * n, n);
        bool hasLoad = BendModel.TryCopyLoads(known, loads);
        for (int i = 1; i < n; i++)
        {
            work[i] = work[i - 1] + ((times[i] - times[i - 1]) * loads[i]);
        }

        Center(loads);
        floors.CopyTo(level);
        Clean(level, loads);
        for (int i = 0; i < n; i++)
        {
            along[i] = (times[i] - times[0]) / (times[^1] - times[0]);
        }

        double growth = LeastOfGrowth(along, loads, level, first, second);
        if (hasLoad)
        {
            for (int i = 0; i < n; i++)
            {
                along[i] = work[i] / work[^1];
            }

            growth = Math.Min(growth, LeastOfGrowth(along, loads, level, first, second));
        }

        for (int i = 0; i < n; i++)
        {
            (first[i], second[i]) = Math.SinCos(2 * Math.PI * times[i] / Day);
        }

        Clean(first, loads);
        Clean(second, loads);
        return growth > 0 ? Squares(first, second, level) / growth : double.PositiveInfinity;
    }

    private static double LeastOfGrowth(
        ReadOnlySpan<double> along, ReadOnlySpan<double> loads, ReadOnlySpan<double> level, Span<double> first, Span<double> second)
    {
        along.CopyTo(first);
        Clean(first, loads);
        for (int i = 0; i < along.Length; i++)
        {
            second[i] = along[i] * along[i];
        }

        Clean(second, loads);
        double least = Squares(first, second, level);
        second.Clear();
        foreach (double beginning in Beginnings)
        {
            double from = along[(int)(beginning * along.Length)];
            for (int i = 0; i < along.Length; i++)
            {
                first[i] = Math.Max(0, along[i] - from);
            }

            Clean(first, loads);
            least = Math.Min(least, Squares(first, second, level));
        }

        return least;
    }

    /// <summary>Takes the mean and the load's part out of a column.</summary>
    private static void Clean(Span<double> column, ReadOnlySpan<double> loads)
    {
        Center(column);
        TakeOut(column, loads, Dot(loads, loads));
    }

    private static void Center(Span<double> column)
    {
        double mean = GrowthWindow.Mean(column);
        foreach (ref double value in column)
        {
            value -= mean;
        }
    }

    private static void TakeOut(Span<double> column, ReadOnlySpan<double> other, double squares)
    {
        double share = squares > 0 ? Dot(column, other) / squares : 0;
        for (int i = 0; i < column.Length; i++)
        {
            column[i] -= share * other[i];
        }
    }

    /// <summary>The squares of <paramref name="level"/> that two columns leave; the second is changed.</summary>
    private static double Squares(ReadOnlySpan<double> first, Span<double> second, ReadOnlySpan<double> level)
    {
        double before = Dot(second, second);
        double ofFirst = Dot(first, first);
        TakeOut(second, first, ofFirst);
        double ofSecond = Dot(second, second);
        double left = Dot(level, level);
        left -= Explained(first, ofFirst, level);
        return Math.Max(0, ofSecond > LeastOwnShare * before ? left - Explained(second, ofSecond, level) : left);
    }

    private static double Explained(ReadOnlySpan<double> column, double squares, ReadOnlySpan<double> level)
    {
        double product = Dot(column, level);
        return squares > 0 ? product * product / squares : 0;
    }

    private static double Dot(ReadOnlySpan<double> one, ReadOnlySpan<double> other)
    {
        double sum = 0;
        for (int i = 0; i < one.Length; i++)
        {
            sum += one[i] * other[i];
        }

        return sum;
    }
}
