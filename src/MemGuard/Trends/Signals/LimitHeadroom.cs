using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>What counts against the limits, smoothed, and the bytes left until the nearer one; infinite when none is known.</summary>
internal sealed class LimitHeadroom
{
    private const double AssumedBytes = 2048.0 * 1024 * 1024;

    /// <summary>Lower envelope of what counts against the container's limit; NaN before it is known.</summary>
    public double Usage { get; private set; } = double.NaN;

    /// <summary>Without any known limit growth is measured against a usual container, or twice what is there.</summary>
    public static double OrAssumed(double headroom, double level) =>
        double.IsInfinity(headroom) ? Math.Max(AssumedBytes, double.IsNaN(level) ? 0 : 2 * level) : headroom;

    public void Follow(in SampleSignals signals)
    {
        if (!double.IsNaN(signals.Usage))
        {
            // Follows a lower level at once and a higher one slowly: garbage comes and goes.
            Usage = double.IsNaN(Usage) || signals.Usage < Usage ? signals.Usage : Usage + (0.1 * (signals.Usage - Usage));
        }
    }

    /// <param name="signals">The sample, for its limits.</param>
    /// <param name="live">Live heap after the last full collection, or NaN.</param>
    [MethodImpl(EverySample.Compiled)]
    public double OfHeap(in SampleSignals signals, double live) =>
        Math.Min(double.IsNaN(live) ? signals.HeapLimit : signals.HeapLimit - live, OfContainer(signals));

    public double OfUnmanaged(in SampleSignals signals)
    {
        // No container: what the runtime takes for the machine's memory bounds everything.
        double headroom = OfContainer(signals);
        return double.IsInfinity(headroom) ? signals.MachineMemory - (double.IsNaN(Usage) ? 0 : Usage) : headroom;
    }

    public void Clear() => Usage = double.NaN;

    private double OfContainer(in SampleSignals signals) => double.IsNaN(Usage) ? signals.Limit : signals.Limit - Usage;
}
