using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>One series over many time scales: remembers what each scale found and whether that makes a leak.</summary>
internal sealed class GrowthChannel
{
    private readonly ExaminationRules _rules;
    private readonly BucketRing[] _rings;
    private readonly int[] _passes;

    /// <summary>Of each scale: examinations in a row that would have passed if the holder lasted.</summary>
    private readonly int[] _prospects;

    /// <summary>Of each scale: examinations in a row that passed but for a holder that is waited for. They stay suspected, and begin anew when the wait is over.</summary>
    private readonly int[] _waits;
    private double _lastPass = double.NegativeInfinity;

    /// <summary>Level from which the confirmed growth began and the highest since: what was given back ends it.</summary>
    private double _origin;
    private double _peak;
    private int _lowLooks;

    public GrowthChannel(MemorySeries series, IReadOnlyList<double> widths, ExaminationRules rules)
    {
        _rules = rules;
        Series = series;
        _rings = new BucketRing[widths.Count];
        _passes = new int[widths.Count];
        _prospects = new int[widths.Count];
        _waits = new int[widths.Count];
        for (int i = 0; i < widths.Count; i++)
        {
            _rings[i] = new BucketRing(widths[i]);
        }
    }

    public MemorySeries Series { get; }

    public bool IsConfirmed { get; private set; }

    /// <summary>Whether some scale lacks one examination only.</summary>
    public bool IsCandidate { get; private set; }

    /// <summary>Whether the newest growth lacks nothing but a full collection that it survives.</summary>
    public bool WaitsForCollection { get; private set; }

    /// <summary>Whether growth that can never be confirmed has eaten half of the headroom: worth a word, no more.</summary>
    public bool IsDoubtful { get; private set; }

    /// <summary>
    /// Growth that would lack one examination only if what holds it lasted, or that has passed one as it is: whether it does is worth a question.
    /// </summary>
    public bool IsProspect { get; private set; }

    /// <summary>The newest of it.</summary>
    public double ProspectGrowth { get; private set; }

    /// <summary>What ended the last confirmed growth.</summary>
    public Ending Ending { get; private set; }

    /// <summary>The newest evidence that passed.</summary>
    public GrowthEvidence Evidence { get; private set; }

    /// <summary>Adds a value to every scale and examines those whose bucket ended; <see langword="true"/> when something was examined.</summary>
    [MethodImpl(EverySample.Compiled)]
    public bool Add(double time, double value, in PointContext context, in GrowthDemands demands, TrendTrace? trace)
    {
        bool looked = false;
        for (int i = 0; i < _rings.Length; i++)
        {
            if (_rings[i].Add(time, value, context))
            {
                looked = true;
                Look(i, time, demands, trace);
            }
        }

        if (looked)
        {
            IsCandidate = LacksOneOnly(_passes) || LacksOneOnly(_waits) || IsDoubtful;
            IsProspect = Series == MemorySeries.LiveHeap && LacksOneOnly(_prospects);
        }

        return looked;
    }

    [MethodImpl(EverySample.Compiled | MethodImplOptions.NoInlining)]
    private void Look(int ring, double time, in GrowthDemands demands, TrendTrace? trace)
    {
        GrowthEvidence evidence = Examine(ref _rings[ring], demands);
        LookAhead(ring, evidence, demands);
        WaitsForCollection = evidence.Failed == GrowthTest.Collections;
        IsDoubtful = evidence.Failed == GrowthTest.Reclaimable && evidence.Urgency >= demands.Rules.Window.UndisputedUrgency;
        if (IsDoubtful)
        {
            Evidence = evidence;
        }

        trace?.Looked(time, Series, _rings[ring].Width, evidence);

        // What may be half of a day stays a suspicion: to take it back would be to say that nothing grows.
        bool isWaiting = evidence.Failed == GrowthTest.Holder || (evidence.Failed == GrowthTest.Wave && !IsConfirmed);
        _waits[ring] = isWaiting ? _waits[ring] + 1 : 0;
        _passes[ring] = evidence.Passed ? _passes[ring] + 1 : 0;
        if (evidence.Passed || isWaiting)
        {
            Keep(time, evidence, isEnough: _passes[ring] >= demands.PassesOver(evidence.Span));
        }

        if (IsConfirmed && ring == _rules.FollowedRing)
        {
            Follow(time, _rings[ring].LastFloor);
        }
    }

    /// <summary>Takes evidence from outside the rings: full collections in quick succession.</summary>
    public void Confirm(double time, in GrowthEvidence evidence) => Keep(time, evidence, isEnough: true);

    public void EndWhenStale(double time, double rearm)
    {
        if (IsConfirmed && time - _lastPass > rearm)
        {
            IsConfirmed = false;
            Ending = new Ending(time, "it has not grown any more for the time of Rearm");
        }
    }

    public void Clear()
    {
        for (int i = 0; i < _rings.Length; i++)
        {
            _rings[i].Clear();
            _passes[i] = _prospects[i] = _waits[i] = 0;
        }

        IsConfirmed = IsCandidate = IsProspect = false;
    }

    private bool LacksOneOnly(int[] passes)
    {
        for (int i = 0; i < passes.Length; i++)
        {
            if (passes[i] > 0 && passes[i] >= _rules.Passes - 1)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Only the live heap has a holder that anybody could name, and a known one is not asked for.</summary>
    private void LookAhead(int ring, in GrowthEvidence evidence, in GrowthDemands demands)
    {
        if (Series != MemorySeries.LiveHeap || IsConfirmed || demands.Holder is not null)
        {
            _prospects[ring] = 0;
            return;
        }

        // What has passed as it is is a step further than what would.
        GrowthEvidence ahead = evidence.Failed == GrowthTest.Importance ? Examine(ref _rings[ring], demands.Lasting()) : evidence;
        _prospects[ring] = !ahead.Passed ? 0 : evidence.Passed ? _rules.Passes : _prospects[ring] + 1;
        ProspectGrowth = ahead.Passed ? ahead.Growth : ProspectGrowth;
    }

    private void Keep(double time, in GrowthEvidence evidence, bool isEnough)
    {
        Evidence = evidence;
        _lastPass = time;
        if (isEnough && !IsConfirmed)
        {
            IsConfirmed = true;
            _origin = evidence.Start;
            _peak = evidence.End;
            _lowLooks = 0;
        }
    }

    private void Follow(double time, double level)
    {
        _peak = Math.Max(_peak, level);
        _lowLooks = level < _origin + (_rules.LeftShare * (_peak - _origin)) ? _lowLooks + 1 : 0;
        if (_lowLooks >= _rules.LowExaminations)
        {
            IsConfirmed = false;
            Ending = new Ending(time, "most of the growth was given back");
        }
    }

    private static GrowthEvidence Examine(ref BucketRing ring, in GrowthDemands demands)
    {
        // Most examinations end here, before anything is copied.
        (double lowest, double rise) = ring.LargestRise();
        if (!demands.Allows(lowest, rise, BucketRing.WindowBuckets * ring.Width, out GrowthEvidence evidence))
        {
            return evidence;
        }

        GrowthPoints points = new(stackalloc double[GrowthPoints.Columns * BucketRing.Capacity]);
        GrowthWindow window = new(points, ring.CopyTo(points), ring.Count);
        return window.Span < demands.Rules.Window.LeastSpanShare * BucketRing.WindowBuckets * ring.Width
            ? new GrowthEvidence { Points = window.Count, Span = window.Span, Failed = GrowthTest.Points }
            : GrowthCheck.Examine(window, demands);
    }
}
