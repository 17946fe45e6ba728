namespace MemGuard.Bounded;

/// <summary>
/// Roots the structures in which somebody waits with a deadline: the ticker holds them weakly, and a wait must end even when nothing but the wait
/// itself still knows its structure, as it would with a timer.
/// </summary>
internal static class PendingDeadlines
{
    private static readonly Lock Gate = new();

    // Counted: a structure may start again before its last end has been noted.
    private static readonly Dictionary<object, int> Roots = new(ReferenceEqualityComparer.Instance);

    public static void Add(object structure)
    {
        lock (Gate)
        {
            Change(structure, 1);
        }
    }

    public static void Remove(object structure)
    {
        lock (Gate)
        {
            Change(structure, -1);
        }
    }

    private static void Change(object structure, int by)
    {
        int count = Roots.GetValueOrDefault(structure) + by;
        if (count == 0)
        {
            Roots.Remove(structure);
        }
        else
        {
            Roots[structure] = count;
        }
    }
}
