namespace MemGuard.Bounded.Tests.Support;

/// <summary>One operation of a concurrent history. Call and Return are readings of one shared counter.</summary>
internal sealed record TimedOperation(string Name, int Argument, string Result, long Call, long Return)
{
    public override string ToString() => $"[{Call}-{Return}] {Name}({Argument}) = {Result}";
}

/// <summary>
/// Wing and Gong's search: is there an order of the operations that respects real time (an operation that returned before another was called
/// comes first) and that a sequential object could have given?
/// </summary>
internal static class LinearizabilityChecker
{
    /// <param name="history">At most 30 operations.</param>
    /// <param name="initial">The sequential object's first state; compared by value.</param>
    /// <param name="apply">The state after an operation with its observed result; null when the object could not have given that result.</param>
    public static bool IsLinearizable<TState>(IReadOnlyList<TimedOperation> history, TState initial, Func<TState, TimedOperation, TState?> apply)
        where TState : class
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(history.Count, 30);
        return Search(history, initial, apply, 0, []);
    }

    private static bool Search<TState>(
        IReadOnlyList<TimedOperation> history,
        TState state,
        Func<TState, TimedOperation, TState?> apply,
        int done,
        HashSet<(int Done, TState State)> seen)
        where TState : class
    {
        if (done == (1 << history.Count) - 1)
        {
            return true;
        }

        if (!seen.Add((done, state)))
        {
            return false;
        }

        long firstReturn = long.MaxValue;
        for (int i = 0; i < history.Count; i++)
        {
            if ((done & (1 << i)) == 0)
            {
                firstReturn = Math.Min(firstReturn, history[i].Return);
            }
        }

        for (int i = 0; i < history.Count; i++)
        {
            // Only what was called before every remaining operation returned may come next.
            if ((done & (1 << i)) == 0 && history[i].Call < firstReturn
                && apply(state, history[i]) is TState next && Search(history, next, apply, done | (1 << i), seen))
            {
                return true;
            }
        }

        return false;
    }
}
