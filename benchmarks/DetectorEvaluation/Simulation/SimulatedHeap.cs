namespace DetectorEvaluation.Simulation;

/// <summary>
/// A small model of the .NET collector, as seen by its counters: gen0 by budget, gen1 one in ten, gen2 when the old generation
/// has grown enough, dead objects in gen2 until then, holes left by collections that do not compact, committed memory that
/// follows with a lag.
/// </summary>
internal sealed class SimulatedHeap(Random random)
{
    private double _sinceGen0;
    private double _dead;
    private double _holes;
    private double _afterGen2;
    private double _pairAt = double.PositiveInfinity;
    private double _lastGen2;
    private double _futile;

    public double Gen0Budget { get; init; } = 8e6;

    /// <summary>Growth of the old generation that starts a gen2: a share of it, at least some bytes.</summary>
    public double Gen2Growth { get; init; } = 0.5;

    public double Gen2MinimumBytes { get; init; } = 20e6;

    /// <summary>Mean seconds between gen2 collections for other reasons (large objects, low memory, code); 0 for none.</summary>
    public double Gen2OtherSeconds { get; init; }

    /// <summary>Share of allocation that reaches gen2 and dies there.</summary>
    public double MidLife { get; init; } = 0.01;

    /// <summary>Probability that a second gen2 follows within seconds.</summary>
    public double PairProbability { get; init; } = 0.2;

    /// <summary>Share of the dead that a gen2 leaves as holes.</summary>
    public double HoleShare { get; init; } = 0.15;

    public double HeapLimit { get; init; } = double.PositiveInfinity;

    public long Index { get; private set; }

    public int Generation { get; private set; }

    public long Gen0Count { get; private set; }

    public long Gen1Count { get; private set; }

    public long Gen2Count { get; private set; }

    public double HeapSize { get; private set; }

    public double Fragmented { get; private set; }

    public double? Gen2Live { get; private set; }

    public double? Gen2Fragmented { get; private set; }

    public double Committed { get; private set; }

    public double Allocated { get; private set; }

    public double PauseSeconds { get; private set; }

    public double TotalMemory => HeapSize + _sinceGen0;

    public bool CollectedFully { get; private set; }

    /// <param name="time">Now.</param>
    /// <param name="step">Seconds since the last step.</param>
    /// <param name="allocation">Bytes allocated in the step.</param>
    /// <param name="live">Reachable bytes now.</param>
    /// <param name="lasting">Holes that no collection closes.</param>
    /// <param name="isForced">A full collection is asked for.</param>
    public void Step(double time, double step, double allocation, double live, double lasting, bool isForced)
    {
        CollectedFully = false;
        Allocated += allocation;
        _sinceGen0 += allocation;
        double budget = Math.Max(256e3, Math.Min(Gen0Budget, (HeapLimit - live) * 0.4));
        if (_sinceGen0 >= budget)
        {
            int collections = (int)Math.Min(1000, _sinceGen0 / budget);
            Gen0Count += collections;
            int gen1 = (int)((collections * 0.1) + random.NextDouble());
            Gen1Count += gen1;
            Index += collections;
            Generation = gen1 > 0 ? 1 : 0;
            PauseSeconds += collections * random.Between(0.0005, 0.003);
            _dead += allocation * MidLife;
            _sinceGen0 = Math.Max(0, _sinceGen0 - (collections * budget));
            Settle(live, lasting, budget, step);
        }

        double old = live + _dead;
        bool isDue = old - _afterGen2 > Math.Max(Gen2MinimumBytes, Gen2Growth * _afterGen2) && Gen0Count > 0;
        bool isPressed = old + _holes + lasting > 0.9 * HeapLimit && time - _lastGen2 > Math.Max(step, 40 * (HeapLimit - old) / HeapLimit);
        bool isOther = Gen2OtherSeconds > 0 && random.NextDouble() < step / Gen2OtherSeconds;
        if (isDue || isPressed || isOther || isForced || time >= _pairAt)
        {
            Full(time, step, live, lasting, budget, isPressed);
        }
    }

    /// <summary>Full collections that free nothing, and what each of them stops.</summary>
    public void Thrash(double collections, double pauseSeconds)
    {
        _futile += collections;
        long whole = (long)_futile;
        _futile -= whole;
        Gen0Count += whole;
        Gen1Count += whole;
        Gen2Count += whole;
        Index += whole;
        Generation = whole > 0 ? 2 : Generation;
        PauseSeconds += whole * pauseSeconds;
    }

    private void Full(double time, double step, double live, double lasting, double budget, bool isPressed)
    {
        CollectedFully = true;
        _pairAt = time < _pairAt && random.NextDouble() < PairProbability ? time + random.Between(1, 15) : double.PositiveInfinity;
        _lastGen2 = time;
        int collections = 1;
        double fullness = live / HeapLimit;
        if (isPressed && fullness > 0.93)
        {
            collections = Math.Max(1, (int)(step * random.Between(1, 30)));
        }

        double died = _dead;
        _dead *= random.Between(0, 0.03);
        _holes = isPressed ? 0.02 * live : Math.Min(0.3 * live, (0.4 * _holes) + (HoleShare * died * random.Between(0.5, 1.5)));
        _afterGen2 = live + _dead;
        Gen0Count += collections;
        Gen1Count += collections;
        Gen2Count += collections;
        Index += collections;
        Generation = 2;
        PauseSeconds += Math.Min(0.5 * step, collections * (0.002 + (live / 1e9 * 0.05)));
        _sinceGen0 *= 0.1;
        Settle(live, lasting, budget, step);
        Gen2Live = HeapSize - Fragmented;
        Gen2Fragmented = Fragmented;
    }

    private void Settle(double live, double lasting, double budget, double step)
    {
        double young = 0.02 * budget * random.NextDouble();
        Fragmented = _holes + lasting + young;
        HeapSize = live + _dead + Fragmented;
        double needed = HeapSize + budget;
        Committed = needed > Committed ? needed : Committed + ((needed - Committed) * (1 - Math.Exp(-step / 200)));
        Committed = Math.Min(Committed, Math.Max(HeapSize, HeapLimit));
    }
}
