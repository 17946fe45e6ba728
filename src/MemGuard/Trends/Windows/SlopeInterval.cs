namespace MemGuard.Trends;

/// <summary>A slope in units per second and the ends of its 95 % interval.</summary>
internal readonly record struct SlopeInterval(double PerSecond, double Low, double High)
{
    /// <summary>How uncertain the slope is: the upper end over the lower; infinite when the interval contains zero.</summary>
    public double Width => Low > 0 ? High / Low : double.PositiveInfinity;

    /// <summary>Whether even the lower end is more than this share of the slope.</summary>
    public bool IsSureOf(double share) => Low > share * PerSecond;
}
