namespace MemGuard.Testing;

/// <summary>A line through points by the median of all pairs' slopes, with an interval at 99 % that allows for points that hang together.</summary>
/// <remarks>Theil 1950, Sen 1968; the interval by Kendall's variance, widened by the lag-1 correlation of the residuals.</remarks>
internal readonly record struct RobustLine(double Slope, double Low, double High)
{
    /// <summary>Of the normal distribution, two-sided 99 %.</summary>
    private const double Normal99 = 2.5758;

    private const double LargestCorrelation = 0.9;

    /// <summary>Residuals farther out than this many median deviations are single steps, which say nothing about the next one.</summary>
    private const double ClippedDeviations = 4;

    public static RobustLine Through(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        int n = x.Length;
        if (n < 3)
        {
            return new RobustLine(0, double.NegativeInfinity, double.PositiveInfinity);
        }

        double[] slopes = new double[n * (n - 1) / 2];
        int count = 0;
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                slopes[count++] = (y[j] - y[i]) / (x[j] - x[i]);
            }
        }

        Array.Sort(slopes);
        double slope = MedianOfSorted(slopes);
        double spread = Normal99 * Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18);
        int low = Math.Clamp((int)Math.Floor((count - spread) / 2), 0, count - 1);
        int high = Math.Clamp((int)Math.Ceiling((count + spread) / 2), 0, count - 1);
        double widening = Widening(x, y, slope);
        return new RobustLine(slope, slope - (widening * (slope - slopes[low])), slope + (widening * (slopes[high] - slope)));
    }

    public static double Median(ReadOnlySpan<double> values)
    {
        double[] sorted = values.ToArray();
        Array.Sort(sorted);
        return MedianOfSorted(sorted);
    }

    private static double MedianOfSorted(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    private static double Widening(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double slope)
    {
        double[] residuals = new double[x.Length];
        for (int i = 0; i < residuals.Length; i++)
        {
            residuals[i] = y[i] - (slope * x[i]);
        }

        double middle = Median(residuals);
        double deviation = Median(residuals.Select(residual => Math.Abs(residual - middle)).ToArray());
        double bound = ClippedDeviations * deviation;
        double product = 0;
        double square = 0;
        double before = 0;
        for (int i = 0; i < residuals.Length; i++)
        {
            double residual = Math.Clamp(residuals[i] - middle, -bound, bound);
            square += residual * residual;
            product += residual * before;
            before = residual;
        }

        double correlation = square > 0 ? Math.Clamp(product / square, 0, LargestCorrelation) : 0;
        return Math.Sqrt((1 + correlation) / (1 - correlation));
    }
}
