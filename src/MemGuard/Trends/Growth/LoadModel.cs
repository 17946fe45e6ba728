namespace MemGuard.Trends;

/// <summary>Takes out of a window what the load explains: least squares of the floor on time and load.</summary>
internal static class LoadModel
{
    /// <summary>Below this t-value the load's term is chance.</summary>
    private const double LeastTValue = 3;

    /// <summary>Above this share of common variance load rose in step with time, and the data cannot say which of them memory follows.</summary>
    private const double LargestCommonShare = 0.35;

    /// <summary>Subtracts the load's term from the floors where it is certain.</summary>
    /// <returns>Whether load and time could be told apart: if not, the caller must allow for the load in another way.</returns>
    public static bool Subtract(GrowthWindow window)
    {
        int n = window.Count;
        double meanLoad = GrowthWindow.Mean(window.Loads);
        if (n < 8 || double.IsNaN(meanLoad) || meanLoad <= 0)
        {
            return false;
        }

        double meanTime = GrowthWindow.Mean(window.Times);
        double meanFloor = GrowthWindow.Mean(window.Floors);
        double tt = 0, ll = 0, tl = 0, tf = 0, lf = 0, ff = 0;
        for (int i = 0; i < n; i++)
        {
            double t = window.Times[i] - meanTime;
            double l = Load(window.Loads[i], meanLoad) - meanLoad;
            double f = window.Floors[i] - meanFloor;
            tt += t * t;
            ll += l * l;
            tl += t * l;
            tf += t * f;
            lf += l * f;
            ff += f * f;
        }

        double determinant = (tt * ll) - (tl * tl);

        bool isSeparable = determinant > (1 - LargestCommonShare) * tt * ll;
        if (determinant < 0.02 * tt * ll || determinant <= 0)
        {
            return false;
        }

        double timeTerm = ((tf * ll) - (lf * tl)) / determinant;
        double loadTerm = ((lf * tt) - (tf * tl)) / determinant;
        double residual = Math.Max(0, ff - (timeTerm * tf) - (loadTerm * lf));
        double deviation = Math.Sqrt(residual / (n - 3) * tt / determinant);
        if (loadTerm <= 0 || loadTerm <= LeastTValue * deviation)
        {
            return isSeparable;
        }

        for (int i = 0; i < n; i++)
        {
            window.Floors[i] -= loadTerm * (Load(window.Loads[i], meanLoad) - meanLoad);
        }

        return isSeparable;
    }

    private static double Load(double load, double mean) => double.IsNaN(load) ? mean : load;
}
