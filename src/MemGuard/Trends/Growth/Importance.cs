namespace MemGuard.Trends;

/// <summary>
/// Whether growth has eaten enough of the room to be more than a warm-up: the longer it has gone on, the less is enough. A start
/// lasts minutes, a job a quarter of an hour, a cache fills for hours; what grows for a day is hardly any of these.
/// </summary>
internal static class Importance
{
    private const double Hour = 3600;
    private const int ManyPoints = 17;

    /// <summary>Share of the room that growth over three hours must have eaten, and how fast that falls with time.</summary>
    private const double ShareAtThreeHours = 0.21;
    private const double Decline = 0.7;

    /// <summary>Within two hours all of the above look alike.</summary>
    private const double LargestShare = 0.27;

    /// <summary>Within a service's life a quarter of an hour of growth is more often a job than a leak: it must be larger.</summary>
    private const double ShortSpan = 900;
    private const double ShortShare = 0.32;
    private const double StartSeconds = 1800;

    /// <summary>Growth after a quiet past is no cache that fills since the start: less of it is enough.</summary>
    private const double QuietFactor = 0.65;
    private const double QuietShare = 0.60;
    private const double WholeShare = 0.85;

    /// <summary>Where no limit is known and the room is a guess.</summary>
    private const double AssumedShare = 0.23;

    /// <summary>What takes hours must reach the limit within the horizon, or be large compared with where it began.</summary>
    private const double LongSpan = 4 * Hour;
    private const double LongRatio = 0.3;

    /// <summary>Growth that is very large compared with where it began: twenty minutes of it, or an hour where the room is a guess.</summary>
    private const double BigSpan = Hour / 3;
    private const double BigShare = 0.22;

    /// <summary>Sets the evidence's urgency and tells the rule that makes it important.</summary>
    /// <param name="demands">What it is held against.</param>
    /// <param name="floor">The level that growth is compared with.</param>
    /// <param name="evidence">Growth, span and number of points of a window.</param>
    public static GrowthRule Judge(in GrowthDemands demands, double floor, ref GrowthEvidence evidence)
    {
        double growth = evidence.Growth;
        evidence.Urgency = demands.Urgency(growth);
        double strictness = demands.StrictnessOver(evidence.Span);
        evidence.UrgencyRatio = evidence.Urgency / (strictness * RequiredShare(evidence.Span, demands));
        bool isLong = evidence.Span >= LongSpan;
        bool isLarge = growth >= LongRatio * strictness * floor;
        if (evidence.UrgencyRatio >= 1
            && (!isLong || isLarge || (!demands.IsRoomAssumed && demands.Room / growth * evidence.Span <= demands.Horizon)))
        {
            return isLong ? GrowthRule.Slow : GrowthRule.Urgent;
        }

        if (evidence.Points < ManyPoints)
        {
            return GrowthRule.None;
        }

        if (isLong && isLarge && demands.IsRoomAssumed)
        {
            return GrowthRule.Slow;
        }

        bool isLasting = demands.IsRoomAssumed
            ? evidence.Span >= Hour
            : evidence.Span >= BigSpan && evidence.Urgency >= BigShare * strictness;
        return isLasting && growth >= demands.BigRatio * strictness * floor ? GrowthRule.Big : GrowthRule.None;
    }

    /// <summary>Whether growth of at most this urgency, over at most this span, may be important by any rule.</summary>
    public static bool Allows(in GrowthEvidence most, in GrowthDemands demands) =>
        demands.IsRoomAssumed || most.Urgency >= demands.StrictnessOver(most.Span) * QuietFactor * ShareAfter(most.Span);

    private static double RequiredShare(double span, in GrowthDemands demands)
    {
        if (span < ShortSpan && demands.Uptime >= StartSeconds)
        {
            return ShortShare;
        }

        double ofLife = Math.Clamp(((span / Math.Max(1, demands.Uptime)) - QuietShare) / (WholeShare - QuietShare), 0, 1);
        double share = ShareAfter(span) * (QuietFactor + ((1 - QuietFactor) * ofLife));
        return demands.IsRoomAssumed ? Math.Max(AssumedShare, share) : share;
    }

    private static double ShareAfter(double span) => Math.Min(LargestShare, ShareAtThreeHours * Math.Pow(span / (3 * Hour), -Decline));
}
