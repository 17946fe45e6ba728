using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>All bounded structures of the process, held weakly: a forgotten structure is neither kept alive nor hidden.</summary>
/// <remarks>Thread-safe. At most 1,024 are listed; those beyond work all the same.</remarks>
public static class BoundedStructures
{
    internal const int MaxListed = 1024;

    private static readonly Lock Gate = new();
    private static readonly List<WeakReference<IBoundedStructure>> Registered = [];

    /// <summary>Lets a watch live exactly as long as what it watches, without keeping either.</summary>
    private static readonly ConditionalWeakTable<object, List<WatchedStructure>> Watches = [];

    /// <summary>Reads the usage of every structure that is still alive.</summary>
    public static IReadOnlyList<BoundedStructureUsage> GetUsage()
    {
        List<BoundedStructureUsage> usage = [];
        foreach (IBoundedStructure structure in GetAlive())
        {
            try
            {
                usage.Add(structure.GetUsage());
            }
            catch (Exception)
            {
                // A user's count that throws, of a collection in the middle of a write for example: the next reading will have it.
            }
        }

        return usage;
    }

    /// <summary>Lists any collection beside the bounded structures, so that one that grows without bound is named in an alert.</summary>
    /// <typeparam name="TOwner">The collection, or whatever holds it.</typeparam>
    /// <param name="name">What to call it.</param>
    /// <param name="owner">Held weakly: the watch ends with it.</param>
    /// <param name="count">
    /// Tells how many items there are; make it static. Called from time to time on a background thread, so it must be safe beside the owner's
    /// users and quick. What it throws is contained.
    /// </param>
    public static void Watch<TOwner>(string name, TOwner owner, Func<TOwner, long> count)
        where TOwner : class
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(owner);
        ArgumentNullException.ThrowIfNull(count);
        WatchedStructure<TOwner> watch = new(name, owner, count);
        List<WatchedStructure> watches = Watches.GetOrCreateValue(owner);
        lock (watches)
        {
            if (watches.Exists(other => other.Name == name))
            {
                return;
            }

            watches.Add(watch);
        }

        Register(watch);
    }

    internal static void Register(IBoundedStructure structure)
    {
        lock (Gate)
        {
            Registered.RemoveAll(static reference => !reference.TryGetTarget(out _));
            if (Registered.Count < MaxListed)
            {
                Registered.Add(new WeakReference<IBoundedStructure>(structure));
            }
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
            try
            {
                structure.OnPressure(ratio);
            }
            catch (Exception)
            {
                // The others must hear of it too.
            }
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
