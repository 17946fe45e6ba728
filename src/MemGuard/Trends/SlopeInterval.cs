namespace MemGuard.Trends;

/// <summary>A slope in units per second and the ends of its 95 % interval.</summary>
internal readonly record struct SlopeInterval(double PerSecond, double Low, double High);
