namespace MemGuard.HeapSnapshots;

/// <summary>Runs what must not fail its caller: a logger or a callback of the host's.</summary>
internal static class Contained
{
    public static void Run(Action action)
    {
        try
        {
            action();
        }
        catch (Exception)
        {
            // There is nobody left to tell: the logger itself threw.
        }
    }
}
