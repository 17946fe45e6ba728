namespace DetectorEvaluation.Simulation;

/// <summary>Relative load over time: its long-run mean is about one.</summary>
internal sealed class LoadShape(Random random)
{
    private readonly double _phase = random.NextDouble() * 86400;
    private double _noise;
    private double _burstUntil;
    private double _burst = 1;

    /// <summary>Share by which the day's wave moves the load, 0–1.</summary>
    public double DailySwing { get; init; }

    /// <summary>Seconds over which traffic arrives after the start.</summary>
    public double ArrivalSeconds { get; init; } = 20;

    /// <summary>Load before the ramp, and the ramp's begin and end.</summary>
    public double RampFrom { get; init; } = 1;

    public double RampStart { get; init; }

    public double RampEnd { get; init; } = 1;

    /// <summary>Standard deviation of the slow noise.</summary>
    public double Noise { get; init; } = 0.08;

    /// <summary>Bursts a day, and how high they are.</summary>
    public double BurstsPerDay { get; init; }

    public double BurstHeight { get; init; } = 2;

    public double At(double time, double step)
    {
        double load = 1 - Math.Exp(-Math.Max(0, time - 5) / ArrivalSeconds);
        if (RampEnd > RampStart)
        {
            double share = Math.Clamp((time - RampStart) / (RampEnd - RampStart), 0, 1);
            load *= RampFrom + ((1 - RampFrom) * share);
        }

        load *= 1 + (DailySwing * Math.Sin(2 * Math.PI * (time + _phase) / 86400));
        double keep = Math.Exp(-step / 120);
        _noise = (keep * _noise) + (Math.Sqrt(1 - (keep * keep)) * Noise * random.Normal());
        if (time > _burstUntil)
        {
            _burst = 1;
            if (random.NextDouble() < BurstsPerDay * step / 86400)
            {
                _burst = 1 + ((BurstHeight - 1) * random.NextDouble());
                _burstUntil = time + 60 + (random.NextDouble() * 1800);
            }
        }

        return Math.Max(0.01, load * Math.Exp(_noise) * _burst);
    }
}
