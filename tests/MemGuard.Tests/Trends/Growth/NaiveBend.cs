namespace MemGuard.Tests.Trends;

/// <summary>Squares left by bending and straight curves, by the definition: projections one after the other, no formula in closed form.</summary>
internal static class NaiveBend
{
    private static readonly double[] Shares = [0.25, 0.5, 1];

    public static double SquaresRatio(double[] times, double[] loads, double[] floors)
    {
        double line = Left(times, loads, floors);
        double bend = Bends(times, times[0]).Min(curve => Left(curve, loads, floors));
        if (loads.Average() > 0)
        {
            double[] work = [.. Enumerable.Range(0, times.Length).Select(end => Enumerable.Range(1, end).Sum(i => (times[i] - times[i - 1]) * loads[i]))];
            line = Math.Min(line, Left(work, loads, floors));
            bend = Math.Min(bend, Bends(work, times[0] * work[^1] / (times[^1] - times[0])).Min(curve => Left(curve, loads, floors)));
        }

        return bend / line;
    }

    private static IEnumerable<double[]> Bends(double[] along, double before)
    {
        double span = along[^1] - along[0];
        yield return [.. along.Select(at => Math.Log(0.001 + ((before + at - along[0]) / span)))];
        foreach (double share in Shares)
        {
            yield return [.. along.Select(at => 1 - Math.Exp(-(at - along[0]) / (share * span)))];
        }
    }

    private static double Left(double[] curve, double[] loads, double[] floors)
    {
        double[] c = Centred(curve);
        double[] l = Centred(loads);
        double[] f = Centred(floors);
        double[] ownOfCurve = Without(c, l);
        double[] ownOfLoad = Without(l, c);

        // Two that say nearly the same cannot be told apart; a load that lowers the level explains nothing.
        if (Dot(ownOfCurve, ownOfCurve) > 0.02 * Dot(c, c) && Dot(l, l) > 0 && Dot(ownOfLoad, f) > 0)
        {
            return Dot(ownOfCurve, f) > 0 ? Squares(Without(Without(f, l), ownOfCurve)) : double.PositiveInfinity;
        }

        return Dot(c, f) > 0 ? Squares(Without(f, c)) : double.PositiveInfinity;
    }

    private static double[] Centred(double[] values) => [.. values.Select(value => value - values.Average())];

    private static double[] Without(double[] values, double[] other)
    {
        double squares = Dot(other, other);
        double share = squares > 0 ? Dot(values, other) / squares : 0;
        return [.. values.Zip(other, (value, one) => value - (share * one))];
    }

    private static double Squares(double[] values) => Dot(values, values);

    private static double Dot(double[] left, double[] right) => left.Zip(right, static (one, other) => one * other).Sum();
}
