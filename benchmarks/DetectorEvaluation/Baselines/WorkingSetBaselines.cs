using MemGuard.Sampling;

namespace DetectorEvaluation.Baselines;

/// <summary>Rising straight line through an hour of working set: R² over 0.8 and at least 5 % growth an hour.</summary>
internal sealed class SlopeAndR2 : Baseline
{
    private readonly MinuteWindow _window = new();
    private bool _alarms;

    public override string Name => "OLS slope, R² > 0.8, working set, 1 h";

    public override bool Observe(in MemorySample sample)
    {
        if (_window.Add(sample.Elapsed.TotalSeconds, sample.WorkingSetBytes ?? 0))
        {
            (double slope, double end, double r2) = _window.Span >= 1800 ? _window.Fit() : default;
            _alarms = r2 > 0.8 && slope * 3600 > 0.05 * end;
        }

        return _alarms;
    }
}

/// <summary>Mann-Kendall significance (z over 2.58) and Sen's slope over 2 % an hour, on an hour of working set.</summary>
internal sealed class MannKendallSen : Baseline
{
    private readonly MinuteWindow _window = new();
    private bool _alarms;

    public override string Name => "Mann-Kendall + Sen, working set, 1 h";

    public override bool Observe(in MemorySample sample)
    {
        if (_window.Add(sample.Elapsed.TotalSeconds, sample.WorkingSetBytes ?? 0))
        {
            _alarms = _window.Span >= 1800 && IsRising();
        }

        return _alarms;
    }

    private bool IsRising()
    {
        int n = _window.Count;
        int score = 0;
        List<double> slopes = [];
        for (int i = 0; i < n; i++)
        {
            for (int j = i + 1; j < n; j++)
            {
                double difference = _window.Values[j] - _window.Values[i];
                score += Math.Sign(difference);
                slopes.Add(difference / (_window.Times[j] - _window.Times[i]));
            }
        }

        slopes.Sort();
        double z = (score - Math.Sign(score)) / Math.Sqrt(n * (n - 1.0) * ((2 * n) + 5) / 18);
        return z > 2.58 && slopes[slopes.Count / 2] * 3600 > 0.02 * _window.Values[^1];
    }
}

/// <summary>Prometheus' predict_linear: an hour's line reaches the limit within four hours.</summary>
internal sealed class PredictLinear : Baseline
{
    private readonly MinuteWindow _window = new();
    private bool _alarms;

    public override string Name => "predict_linear 1 h → 4 h reaches the limit";

    public override bool Observe(in MemorySample sample)
    {
        double limit = sample.MemoryLimitBytes ?? sample.HeapLimitBytes ?? sample.TotalAvailableMemoryBytes ?? 16e9;
        if (_window.Add(sample.Elapsed.TotalSeconds, sample.WorkingSetBytes ?? 0))
        {
            (double slope, double end, _) = _window.Span >= 900 ? _window.Fit() : default;
            _alarms = slope > 0 && end + (slope * 4 * 3600) > limit;
        }

        return _alarms;
    }
}

/// <summary>The working set over a fixed share of the limit.</summary>
internal sealed class PercentOfLimit : Baseline
{
    public override string Name => "working set > 80 % of the limit";

    public override bool Observe(in MemorySample sample) =>
        (sample.MemoryLimitBytes ?? sample.HeapLimitBytes ?? sample.TotalAvailableMemoryBytes) is long limit && sample.WorkingSetBytes > 0.8 * limit;
}

/// <summary>Live heap larger after each of five full collections in a row.</summary>
internal sealed class FiveRising : Baseline
{
    private long? _last;
    private int _rises;

    public override string Name => "five rising heaps after gen2";

    public override bool Observe(in MemorySample sample)
    {
        if (sample.Gen2LiveBytes is long live && live != _last)
        {
            _rises = live > _last ? _rises + 1 : 0;
            _last = live;
        }

        return _rises >= 5;
    }
}
