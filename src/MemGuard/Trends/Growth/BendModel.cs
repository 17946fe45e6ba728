namespace MemGuard.Trends;

/// <summary>
/// Whether a curve that bends explains a window better than a straight line: a logarithm or a saturation, against time or against work
/// done, each with the load beside it.
/// </summary>
internal static class BendModel
{
    /// <summary>Time constants of saturations, as shares of the window: a quarter is nearly full, the whole has bent visibly.</summary>
    private static readonly double[] SaturationShares = [0.25, 0.5, 1];

    /// <param name="window">The points, for their times and loads.</param>
    /// <param name="floors">Their floors as they were measured: nothing is taken out of them.</param>
    /// <returns>The squares that the best bending curve leaves over those of the better line; 1 where neither can be told.</returns>
    public static double SquaresRatio(GrowthWindow window, ReadOnlySpan<double> floors)
    {
        Span<double> loads = stackalloc double[floors.Length];
        bool hasLoad = TryCopyLoads(window.Loads, loads);
        ReadOnlySpan<double> times = window.Times;
        double line = Squares(times, loads, floors);
        double bend = LeastOfBends(times, times[0], loads, floors);
        if (hasLoad)
        {
            // A leak per request is straight against work, and bends with the day's wave against time.
            Span<double> work = stackalloc double[floors.Length];
            double sum = 0;
            work[0] = 0;
            for (int i = 1; i < work.Length; i++)
            {
                sum += (times[i] - times[i - 1]) * loads[i];
                work[i] = sum;
            }

            // Work before the window: as if it had been done at the window's mean rate.
            double before = times[0] * sum / window.Span;
            line = Math.Min(line, Squares(work, loads, floors));
            bend = Math.Min(bend, LeastOfBends(work, before, loads, floors));
        }

        return line == 0 || (double.IsInfinity(line) && double.IsInfinity(bend)) ? 1 : bend / line;
    }

    private static double LeastOfBends(ReadOnlySpan<double> along, double before, ReadOnlySpan<double> loads, ReadOnlySpan<double> floors)
    {
        Span<double> curve = stackalloc double[along.Length];
        double span = along[^1] - along[0];
        double least = double.PositiveInfinity;
        for (int i = 0; i < curve.Length; i++)
        {
            curve[i] = Math.Log(1e-3 + ((before + along[i] - along[0]) / span));
        }

        least = Math.Min(least, Squares(curve, loads, floors));
        foreach (double share in SaturationShares)
        {
            for (int i = 0; i < curve.Length; i++)
            {
                curve[i] = -Math.Exp(-(along[i] - along[0]) / (share * span));
            }

            least = Math.Min(least, Squares(curve, loads, floors));
        }

        return least;
    }

    /// <summary>Copies loads; their mean where one is not known.</summary>
    /// <returns>Whether there is any load.</returns>
    public static bool TryCopyLoads(ReadOnlySpan<double> known, Span<double> loads)
    {
        double mean = GrowthWindow.Mean(known);
        for (int i = 0; i < loads.Length; i++)
        {
            loads[i] = double.IsNaN(mean) ? 0 : double.IsNaN(known[i]) ? mean : known[i];
        }

        return mean > 0;
    }

    /// <summary>The squares left by 1, a rising curve and the load; of a curve that falls they are infinite, and a load that lowers the level is left out.</summary>
    private static double Squares(ReadOnlySpan<double> curve, ReadOnlySpan<double> loads, ReadOnlySpan<double> floors)
    {
        double meanCurve = GrowthWindow.Mean(curve);
        double meanLoad = GrowthWindow.Mean(loads);
        double meanFloor = GrowthWindow.Mean(floors);
        double cc = 0, ll = 0, cl = 0, cf = 0, lf = 0, ff = 0;
        for (int i = 0; i < curve.Length; i++)
        {
            double c = curve[i] - meanCurve;
            double l = loads[i] - meanLoad;
            double f = floors[i] - meanFloor;
            cc += c * c;
            ll += l * l;
            cl += c * l;
            cf += c * f;
            lf += l * f;
            ff += f * f;
        }

        double determinant = (cc * ll) - (cl * cl);
        if (determinant > 0.02 * cc * ll)
        {
            double ofCurve = ((cf * ll) - (lf * cl)) / determinant;
            double ofLoad = ((lf * cc) - (cf * cl)) / determinant;
            if (ofLoad > 0)
            {
                return ofCurve > 0 ? Math.Max(0, ff - (ofCurve * cf) - (ofLoad * lf)) : double.PositiveInfinity;
            }
        }

        return cf > 0 ? Math.Max(0, ff - (cf * cf / cc)) : double.PositiveInfinity;
    }
}
