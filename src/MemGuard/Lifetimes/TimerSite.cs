using System.Collections.Concurrent;
using MemGuard.Bounded;

namespace MemGuard.Lifetimes;

/// <summary>All guarded timers that one line of code has started: timers that pile up do so at one line.</summary>
internal sealed class TimerSite : IBoundedStructure
{
    // Lines of code are few; generated ones may not be.
    private const int MaxSites = 128;

    private static readonly ConcurrentDictionary<string, TimerSite> Sites = new(StringComparer.Ordinal);

    /// <summary>Interlocked.</summary>
    private long _active;

    private TimerSite(string name) => Name = name;

    public string Name { get; }

    public static TimerSite Get(string file, int line)
    {
        string name = $"{Path.GetFileName(file)}:{line}";
        if (Sites.TryGetValue(name, out TimerSite? site))
        {
            return site;
        }

        name = Sites.Count < MaxSites ? name : "other_timers";
        TimerSite created = new(name);
        site = Sites.GetOrAdd(name, created);
        if (ReferenceEquals(site, created))
        {
            BoundedStructures.Register(site, name);
        }

        return site;
    }

    public void Add() => Interlocked.Increment(ref _active);

    public void Remove() => Interlocked.Decrement(ref _active);

    public BoundedStructureUsage GetUsage() => new(Name, "timer", Interlocked.Read(ref _active));

    public void OnPressure(double ratio)
    {
    }
}
