using MemGuard.Bounded;

namespace MemGuard.Lifetimes;

/// <summary>All guarded timers that one line of code has started: timers that pile up do so at one line.</summary>
internal sealed class TimerSite : IBoundedStructure
{
    private static readonly StructureGroups<TimerSite> Sites = new(static name => new TimerSite(name), "other_timers");

    /// <summary>Interlocked.</summary>
    private long _active;

    private TimerSite(string name) => Name = name;

    public string Name { get; }

    public static TimerSite Get(string file, int line) => Sites.Get($"{Path.GetFileName(file)}:{line}");

    public void Add() => Interlocked.Increment(ref _active);

    public void Remove() => Interlocked.Decrement(ref _active);

    public BoundedStructureUsage GetUsage() => new() { Name = Name, Kind = StructureKind.Timer, Count = Interlocked.Read(ref _active) };
}
