namespace DetectorEvaluation.Baselines;

/// <summary>One value a minute over the last hour.</summary>
internal sealed class MinuteWindow
{
    private readonly List<double> _times = [];
    private readonly List<double> _values = [];
    private double _next;

    public int Count => _times.Count;

    public double Span => Count < 2 ? 0 : _times[^1] - _times[0];

    public IReadOnlyList<double> Times => _times;

    public IReadOnlyList<double> Values => _values;

    /// <summary><see langword="true"/> when a minute was completed.</summary>
    public bool Add(double time, double value)
    {
        if (time < _next)
        {
            return false;
        }

        _next = time + 60;
        _times.Add(time);
        _values.Add(value);
        while (_times[0] < time - 3600)
        {
            _times.RemoveAt(0);
            _values.RemoveAt(0);
        }

        return true;
    }

    /// <summary>Least squares: slope, value at the end and R².</summary>
    public (double Slope, double End, double R2) Fit()
    {
        double meanTime = _times.Average();
        double meanValue = _values.Average();
        double tt = 0, tv = 0, vv = 0;
        for (int i = 0; i < Count; i++)
        {
            double t = _times[i] - meanTime;
            double v = _values[i] - meanValue;
            tt += t * t;
            tv += t * v;
            vv += v * v;
        }

        double slope = tt > 0 ? tv / tt : 0;
        return (slope, meanValue + (slope * (_times[^1] - meanTime)), vv > 0 && tt > 0 ? tv * tv / (tt * vv) : 0);
    }
}
