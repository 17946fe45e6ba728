using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>All bounded structures of the process, held weakly: a forgotten structure is neither kept alive nor hidden.</summary>
/// <remarks>
/// Thread-safe. At most 64 of one name and 1,024 in all are listed; those beyond work all the same. Thousands of short-lived structures
/// with one name cannot crowd out the others.
/// </remarks>
public static class BoundedStructures
{
    internal const int MaxListed = 1024;
    internal const int MaxListedOfOneName = 64;

    private static readonly Lock Gate = new();

    // By name. Guarded, with the count, by the gate.
    private static readonly Dictionary<string, List<WeakReference<IBoundedStructure>>> Registered = [];
    private static int _count;
    private static int _collectionsAtLastLook = -1;

    private static readonly PressureThread Pressure = new(ApplyPressure, ReleasePressure);

    /// <summary>Lets a watch live exactly as long as what it watches, without keeping either.</summary>
    private static readonly ConditionalWeakTable<object, List<WatchedStructure>> Watches = [];

    /// <summary>
    /// Failures that the structures have contained since the process began: callbacks and counts of yours that threw, log sinks that broke, a tick of
    /// their shared timer. Part of the metric <c>memguard.internal.errors</c>.
    /// </summary>
    public static long TotalContainedFailures => ContainedFailures.Total;

    /// <summary>Reads the usage of every structure that is still alive.</summary>
    public static IReadOnlyList<BoundedStructureUsage> GetUsage()
    {
        List<BoundedStructureUsage> usage = [];
        foreach (IBoundedStructure structure in GetAlive())
        {
            // A user's count may throw, of a collection in the middle of a write for example: the next reading will have it.
            ContainedFailures.Run((usage, structure), static pair => pair.usage.Add(pair.structure.GetUsage()));
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

        Register(watch, name);
    }

    /// <param name="structure">Held weakly.</param>
    /// <param name="name">The name under which it is listed.</param>
    /// <remarks>Allocates no more, and holds the lock no longer, when the list is full.</remarks>
    internal static void Register(IBoundedStructure structure, string name)
    {
        lock (Gate)
        {
            if (!Registered.TryGetValue(name, out List<WeakReference<IBoundedStructure>>? sameName))
            {
                if (_count >= MaxListed && !MakeRoomUnsynchronized())
                {
                    return;
                }

                Registered[name] = sameName = [];
            }

            if (sameName.Count >= MaxListedOfOneName)
            {
                RemoveUnsynchronized(sameName, gone: null);
            }

            if (sameName.Count < MaxListedOfOneName && _count < MaxListed)
            {
                sameName.Add(new WeakReference<IBoundedStructure>(structure));
                _count++;
            }
        }
    }

    /// <param name="structure">What to take off the list.</param>
    /// <param name="name">The name under which it is listed.</param>
    internal static void Unregister(IBoundedStructure structure, string name)
    {
        lock (Gate)
        {
            if (Registered.TryGetValue(name, out List<WeakReference<IBoundedStructure>>? sameName))
            {
                RemoveUnsynchronized(name, sameName, structure);
            }
        }
    }

    /// <summary>Takes the dead off a full list. Structures die in collections: without one since the last look there is none to find.</summary>
    private static bool MakeRoomUnsynchronized()
    {
        int collections = GC.CollectionCount(0);
        if (collections == _collectionsAtLastLook)
        {
            return false;
        }

        _collectionsAtLastLook = collections;
        foreach ((string name, List<WeakReference<IBoundedStructure>> sameName) in Registered)
        {
            RemoveUnsynchronized(name, sameName, gone: null);
        }

        return _count < MaxListed;
    }

    // Takes one off the list, and with it all of its name that are dead, and the name when it is left empty.
    private static void RemoveUnsynchronized(string name, List<WeakReference<IBoundedStructure>> sameName, IBoundedStructure? gone)
    {
        RemoveUnsynchronized(sameName, gone);
        if (sameName.Count == 0)
        {
            Registered.Remove(name);
        }
    }

    // By hand: a predicate over what is gone would allocate, for each name of a full list, under the lock.
    private static void RemoveUnsynchronized(List<WeakReference<IBoundedStructure>> sameName, IBoundedStructure? gone)
    {
        for (int i = sameName.Count - 1; i >= 0; i--)
        {
            if (!sameName[i].TryGetTarget(out IBoundedStructure? target) || ReferenceEquals(target, gone))
            {
                sameName.RemoveAt(i);
                _count--;
            }
        }
    }

    /// <summary>Tells the structures that can shrink how full memory is. MemGuard's monitor calls it with every sample; without MemGuard you may.</summary>
    /// <param name="source">Who measures; the highest pressure of all sources counts. Held weakly.</param>
    /// <param name="ratio">The used share of the nearest memory limit, 0–1. Above 0.90 caches shrink by a tenth a second, to a quarter of their bounds at the least; below 0.80 they grow back.</param>
    /// <remarks>Returns at once: evictions, with the callbacks that they call, happen on a background thread that runs only while it is needed.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">The ratio is below 0, above 1 or not a number.</exception>
    public static void SetPressure(object source, double ratio)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!(ratio is >= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(nameof(ratio), ratio, "The ratio must be between 0 and 1.");
        }

        Pressure.Set(source, ratio);
    }

    /// <summary>Forgets what a source has measured. When it was the last one, the structures may use all of their bounds again.</summary>
    /// <param name="source">The object given to <see cref="SetPressure"/>.</param>
    public static void ClearPressure(object source)
    {
        ArgumentNullException.ThrowIfNull(source);
        Pressure.Clear(source);
    }

    /// <summary>
    /// Gives a logger to all structures that have none of their own, whenever they were made: what a background task, a handler or a flush does wrong is
    /// then said. MemGuard's monitor calls it when it starts; without MemGuard you may.
    /// </summary>
    /// <param name="source">Who gives it. Held, with the logger, until <see cref="ClearLogger"/>; of several the oldest counts.</param>
    /// <param name="logger">The logger. It is called where the fault happened, so it should not block.</param>
    public static void SetLogger(object source, ILogger logger)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(logger);
        DefaultLogger.Set(source, logger);
    }

    /// <summary>Takes the logger back.</summary>
    /// <param name="source">The object given to <see cref="SetLogger"/>.</param>
    public static void ClearLogger(object source)
    {
        ArgumentNullException.ThrowIfNull(source);
        DefaultLogger.Clear(source);
    }

    private static bool ApplyPressure(double ratio, TimeSpan elapsed)
    {
        bool isShrunk = false;
        foreach (IBoundedStructure structure in GetAlive())
        {
            // Each by itself: the others must hear of it too.
            ContainedFailures.Run(() => isShrunk |= structure.OnPressure(ratio, elapsed));
        }

        return isShrunk;
    }

    private static void ReleasePressure()
    {
        foreach (IBoundedStructure structure in GetAlive())
        {
            ContainedFailures.Run(structure.OnPressureGone);
        }
    }

    // A copy: structures are called outside the lock, they may take locks of their own.
    private static List<IBoundedStructure> GetAlive()
    {
        lock (Gate)
        {
            List<IBoundedStructure> alive = new(_count);
            foreach (List<WeakReference<IBoundedStructure>> sameName in Registered.Values)
            {
                foreach (WeakReference<IBoundedStructure> reference in sameName)
                {
                    if (reference.TryGetTarget(out IBoundedStructure? structure))
                    {
                        alive.Add(structure);
                    }
                }
            }

            return alive;
        }
    }
}
