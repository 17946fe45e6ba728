namespace MemGuard.Trends;

/// <summary>Takes out of a window what the load explains: least squares of the floor on time and load.</summary>
internal static class LoadModel
{
    /// <summary>Whether enough growth remains when the load's share is taken out, which happens in place.</summary>
    public static bool LeavesGrowth(GrowthWindow window, in GrowthDemands demands, double floor, ref GrowthEvidence evidence)
    {
        LoadRules rules = demands.Rules.Load;
        bool isSettled = Subtract(window, rules);
        evidence.Growth = GrowthWindow.WholeOverQuarters * (window.Quarter(3) - window.Quarter(0));

        double reference = window.LoadQuarter(0);
        double older = GrowthWindow.Mean(window.OlderLoads);
        if (older < reference)
        {
            reference = older;
            floor = Math.Min(floor, RobustSlope.Median(window.OlderFloors));
        }

        evidence.LoadRatio = window.LoadQuarter(3) / reference;
        bool isUnexplained = !isSettled || (rules.OlderReferenceAlwaysCounts && reference == older);

        // A service that serves more holds more: most of its base may grow with the load.
        if (isUnexplained && evidence.LoadRatio > rules.MoreLoadRatio && double.IsFinite(evidence.LoadRatio))
        {
            evidence.Growth -= (demands.IsUnmanaged ? rules.UnmanagedBaseShare : rules.BaseShare) * floor * (evidence.LoadRatio - 1);
        }

        return evidence.Growth >= evidence.RequiredGrowth;
    }

    /// <summary>Subtracts the load's term from the floors where it is certain.</summary>
    /// <returns>Whether load and time could be separated: if not, the caller must allow for the load in another way.</returns>
    private static bool Subtract(GrowthWindow window, LoadRules rules)
    {
        int n = window.Count;
        double meanLoad = GrowthWindow.Mean(window.Loads);
        if (n < rules.LeastPoints || double.IsNaN(meanLoad) || meanLoad <= 0)
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
        bool isSeparable = determinant > (1 - rules.LargestCommonShare) * tt * ll;
        if (determinant < rules.LeastOwnShare * tt * ll || determinant <= 0)
        {
            return false;
        }

        double timeTerm = ((tf * ll) - (lf * tl)) / determinant;
        double loadTerm = ((lf * tt) - (tf * tl)) / determinant;
        double residual = Math.Max(0, ff - (timeTerm * tf) - (loadTerm * lf));
        double deviation = Math.Sqrt(residual / (n - 3) * tt / determinant);
        if (loadTerm <= 0 || loadTerm <= rules.LeastTValue * deviation)
        {
            return isSeparable;
        }

        for (int i = 0; i < n; i++)
        {
            window.Floors[i] -= loadTerm * (Load(window.Loads[i], meanLoad) - meanLoad);
        }

        // And before the window, or its slope were held against one of another kind.
        for (int i = 0; i < window.OlderFloors.Length; i++)
        {
            window.OlderFloors[i] -= loadTerm * (Load(window.OlderLoads[i], meanLoad) - meanLoad);
        }

        return isSeparable;
    }

    private static double Load(double load, double mean) => double.IsNaN(load) ? mean : load;
}
