namespace MemGuard.Bounded;

/// <summary>
/// Finds the share of the cache that newcomers get: climbs as long as the hit ratio rises and turns round when it falls
/// (after Einziger, Eytan, Friedman and Manes, "Adaptive Software Cache Management"). One for all shards. Thread-safe.
/// </summary>
internal sealed class WindowClimber
{
    private const double MinRatio = 0.01;
    private const double MaxRatio = 0.80;
    private const double FirstStep = 0.0625;
    private const double StepDecay = 0.98;
    private const double RestartThreshold = 0.05;

    private readonly Lock _gate = new();
    private double _step = FirstStep;
    private double _previousHitRatio;
    private long _previousHits;
    private long _previousMisses;
    private double _ratio = MinRatio;

    /// <summary>The newcomers' share of the capacity, 0.01–0.80.</summary>
    public double Ratio => Volatile.Read(ref _ratio);

    /// <summary>Moves <see cref="Ratio"/> when ten times the capacity was accessed since the last move.</summary>
    public void Observe(long hits, long misses, int capacity)
    {
        lock (_gate)
        {
            long newHits = hits - _previousHits;
            long accesses = newHits + misses - _previousMisses;
            if (accesses < 10L * capacity)
            {
                return;
            }

            _previousHits = hits;
            _previousMisses = misses;
            Climb((double)newHits / accesses);
        }
    }

    private void Climb(double hitRatio)
    {
        double change = hitRatio - _previousHitRatio;
        _previousHitRatio = hitRatio;
        if (change < 0)
        {
            _step = -_step;
        }

        double ratio = Math.Clamp(_ratio + _step, MinRatio, MaxRatio);
        Volatile.Write(ref _ratio, ratio);
        // A jump of the hit ratio means another workload: search widely again. Otherwise settle.
        _step = Math.Abs(change) >= RestartThreshold ? Math.CopySign(FirstStep, _step) : _step * StepDecay;
    }
}
