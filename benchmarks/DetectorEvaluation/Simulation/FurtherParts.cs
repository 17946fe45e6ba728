namespace DetectorEvaluation.Simulation;

/// <summary>A cache of heavy-tailed keys: it grows with the logarithm of the work done.</summary>
internal sealed class LogarithmicCache(double bytesPerDecade, double firstWork) : MemoryPart
{
    private double _work;

    public override void Step(double time, double step, double load, Random random)
    {
        _work += load * step;
        Bytes = bytesPerDecade * Math.Log10(1 + (_work / firstWork));
    }
}

/// <summary>A population of long-lived connections: they come with the load's own wave and stay for hours.</summary>
internal sealed class Connections(double bytes, double lifetime, double swing, double phase) : MemoryPart
{
    private double _population = 1 + (swing * 0.7 * Math.Sin(2 * Math.PI * phase));

    /// <summary>Whether it begins with the first connection after a restart, with a timer each.</summary>
    public double TimersOfAll { get; init; }

    public bool BeginsEmpty { get; init; }

    public override void Step(double time, double step, double load, Random random)
    {
        _population = BeginsEmpty && time <= step ? 0 : _population;
        double arrivals = 1 + (swing * Math.Sin(2 * Math.PI * ((time / 86400) + phase)));
        _population += step / lifetime * (arrivals - _population);
        Bytes = bytes * _population;
        Timers = TimersOfAll * _population;
    }
}

/// <summary>Files that are mapped and read ever further.</summary>
internal sealed class MappedFiles(double capacity, double seconds) : MemoryPart
{
    public override void Step(double time, double step, double load, Random random) =>
        Bytes = Math.Min(capacity, Bytes + (capacity / seconds * step));
}

/// <summary>From some moment on full collections follow each other and free nothing: a cache that is emptied and filled, finalizers, induced collections.</summary>
internal sealed class Thrashing(double onset, double perSecond) : MemoryPart
{
    public double Onset => onset;

    public double PerSecond => perSecond;

    public override void Step(double time, double step, double load, Random random) => FutileCollections = time >= onset ? perSecond : 0;
}
