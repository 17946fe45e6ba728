namespace MemGuard.Bounded;

/// <summary>All bounded structures of the process, held weakly: a forgotten structure is neither kept alive nor hidden.</summary>
/// <remarks>Thread-safe.</remarks>
public static class BoundedStructures
{
    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<IBoundedStructure>> Registered = [];

    /// <summary>Reads the usage of every structure that is still alive.</summary>
    public static IReadOnlyList<BoundedStructureUsage> GetUsage()
    {
        List<BoundedStructureUsage> usage = [];
        foreach (IBoundedStructure structure in GetAlive())
        {
            usage.Add(structure.GetUsage());
        }

        return usage;
    }

    internal static void Register(IBoundedStructure structure)
    {
        lock (Gate)
        {
            Registered.RemoveAll(static reference => !reference.TryGetTarget(out _));
            Registered.Add(new WeakReference<IBoundedStructure>(structure));
        }
    }

    internal static void Unregister(IBoundedStructure structure)
    {
        lock (Gate)
        {
            Registered.RemoveAll(reference => !reference.TryGetTarget(out IBoundedStructure? target) || ReferenceEquals(target, structure));
        }
    }

    /// <param name="ratio">Memory pressure, 0–1: the used share of the nearest limit.</param>
    internal static void SetPressure(double ratio)
    {
        foreach (IBoundedStructure structure in GetAlive())
        {
            structure.OnPressure(ratio);
        }
    }

    // A copy: structures are called outside the lock, they may take locks of their own.
    private static List<IBoundedStructure> GetAlive()
    {
        lock (Gate)
        {
            List<IBoundedStructure> alive = new(Registered.Count);
            foreach (WeakReference<IBoundedStructure> reference in Registered)
            {
                if (reference.TryGetTarget(out IBoundedStructure? structure))
                {
                    alive.Add(structure);
                }
            }

            return alive;
        }
    }
}
