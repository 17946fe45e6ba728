using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>Recognizes a level that is high and stays high: no growth, but little headroom.</summary>
internal sealed class NearLimitWatch
{
    private const double LastingSeconds = 900;

    private double _since = double.NaN;

    public bool IsNear { get; private set; }

    /// <summary>What ended it last.</summary>
    public Ending Ending { get; private set; }

    /// <summary>Usage over the nearer limit.</summary>
    public double UsageRatio { get; private set; }

    /// <param name="signals">The sample.</param>
    /// <param name="usage">Lower envelope of what counts against the container's limit.</param>
    /// <param name="live">Live heap after the last full collection, or NaN.</param>
    /// <param name="nearRatio">Share of the limit that counts as near it while the floor is high too.</param>
    /// <param name="isGrowing">Whether a growth is confirmed, which is the better thing to say.</param>
    [MethodImpl(EverySample.Compiled)]
    public void Add(in SampleSignals signals, double usage, double live, double nearRatio, bool isGrowing)
    {
        double ofLimit = usage / signals.Limit;
        double floor = (live + (double.IsNaN(signals.Unmanaged) ? 0 : signals.Unmanaged)) / signals.Limit;
        double ofHeap = live / signals.HeapLimit;
        double slack = IsNear ? 0.03 : 0;
        bool isHigh = (floor > nearRatio - 0.03 - slack && ofLimit > nearRatio - slack) || ofLimit > Math.Max(0.94, nearRatio) - slack || ofHeap > 0.97 - slack;
        UsageRatio = ofHeap > ofLimit || double.IsNaN(ofLimit) ? ofHeap : ofLimit;
        // Held both ways: a level around the threshold is one problem, and a short dip does not end it.
        bool isToChange = isHigh != IsNear;
        _since = !isToChange ? double.NaN : double.IsNaN(_since) ? signals.Time : _since;
        if (isGrowing)
        {
            _since = double.NaN;
            IsNear = false;
        }
        else if (isToChange && signals.Time - _since >= LastingSeconds)
        {
            IsNear = isHigh;
            _since = double.NaN;
            Ending = isHigh ? Ending : new Ending(signals.Time, "the level has been lower for a quarter of an hour");
        }
    }
}
