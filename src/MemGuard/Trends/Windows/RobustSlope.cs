namespace MemGuard.Trends;

/// <summary>Slopes and levels that a few wild points cannot move. Works on at most <see cref="MaximumPoints"/> points, on the stack.</summary>
internal static class RobustSlope
{
    public const int MaximumPoints = 48;

    private const int MaximumPairs = MaximumPoints * (MaximumPoints - 1) / 2;

    /// <summary>Sen's slope: the median of the slopes of all pairs; NaN with fewer than two distinct times.</summary>
    public static double Sen(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        Span<double> slopes = stackalloc double[MaximumPairs];
        int count = PairSlopes(times, values, slopes);
        return count == 0 ? double.NaN : MedianOfSorted(slopes[..count]);
    }

    /// <summary>Sen's slope with its 95 % interval (Gilbert 1987, from the variance of Kendall's S).</summary>
    public static SlopeInterval SenInterval(ReadOnlySpan<double> times, ReadOnlySpan<double> values)
    {
        Span<double> slopes = stackalloc double[MaximumPairs];
        int count = PairSlopes(times, values, slopes);
        if (count == 0)
        {
            return new SlopeInterval(double.NaN, double.NaN, double.NaN);
        }

        Span<double> sorted = slopes[..count];
        double reach = 1.96 * Math.Sqrt(KendallVariance(times.Length)) / 2;
        int low = Math.Clamp((int)((count / 2.0) - reach), 0, count - 1);
        int high = Math.Clamp((int)Math.Ceiling((count / 2.0) + reach), 0, count - 1);
        return new SlopeInterval(MedianOfSorted(sorted), sorted[low], sorted[high]);
    }

    /// <summary>Mann-Kendall z: how surely the values rise. Significance, not importance.</summary>
    public static double KendallZ(ReadOnlySpan<double> values)
    {
        int score = 0;
        for (int i = 0; i < values.Length; i++)
        {
            for (int j = i + 1; j < values.Length; j++)
            {
                score += Math.Sign(values[j] - values[i]);
            }
        }

        return score == 0 ? 0 : (score - Math.Sign(score)) / Math.Sqrt(KendallVariance(values.Length));
    }

    public static double Median(ReadOnlySpan<double> values)
    {
        Span<double> sorted = stackalloc double[MaximumPoints];
        sorted = sorted[..values.Length];
        values.CopyTo(sorted);
        sorted.Sort();
        return MedianOfSorted(sorted);
    }

    private static int PairSlopes(ReadOnlySpan<double> times, ReadOnlySpan<double> values, Span<double> slopes)
    {
        int count = 0;
        for (int i = 0; i < times.Length; i++)
        {
            for (int j = i + 1; j < times.Length; j++)
            {
                double distance = times[j] - times[i];
                if (distance > 0)
                {
                    slopes[count++] = (values[j] - values[i]) / distance;
                }
            }
        }

        slopes[..count].Sort();
        return count;
    }

    private static double MedianOfSorted(ReadOnlySpan<double> sorted)
    {
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private static double KendallVariance(int n) => n * (n - 1.0) * ((2 * n) + 5) / 18;
}
