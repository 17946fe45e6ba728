namespace MemGuard.Testing;

/// <summary>How many calls lie between two points: a hundredth of the budget, of calls or of time, whichever is spent first.</summary>
/// <remarks>Not thread-safe.</remarks>
internal sealed class SoakBatch(int maxIterations, TimeSpan maxDuration)
{
    private const int PointsOfABudget = 100;

    /// <summary>The rest is for measuring.</summary>
    private const double ShareForCalls = 0.8;

    private readonly int _most = Math.Max(1, maxIterations / PointsOfABudget);
    private readonly TimeSpan _time = maxDuration * ShareForCalls / PointsOfABudget;

    public int Calls { get; private set; } = Math.Max(1, maxIterations / PointsOfABudget);

    /// <summary>After each batch, since calls may become slower or faster: the first ones do not tell how many points the time is enough for.</summary>
    public void Adapt(int calls, TimeSpan elapsed)
    {
        double fitting = calls * (_time / TimeSpan.FromTicks(Math.Max(1, elapsed.Ticks)));
        Calls = (int)Math.Clamp(fitting, 1, _most);
    }
}
