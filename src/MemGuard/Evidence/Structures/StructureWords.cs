using MemGuard.Bounded;

namespace MemGuard.Evidence;

/// <summary>What the line calls a structure and its items, and what to do about it.</summary>
internal static class StructureWords
{
    public static string NameOf(StructureKind kind, string name) => $"{NameOf(kind)} \"{name}\"";

    public static string UnitOf(StructureKind kind) => kind switch
    {
        StructureKind.Event => "handlers",
        StructureKind.Timer => "timers",
        StructureKind.Queue or StructureKind.Batch => "items",
        StructureKind.InFlightTasks => "tasks",
        _ => "entries",
    };

    public static string NextStepOfGrowth(StructureKind kind, string name, bool isBounded) => (kind, isBounded) switch
    {
        (StructureKind.Event, _) => $"Find who subscribes to \"{name}\" and never unsubscribes.",
        (StructureKind.Timer, _) => $"Dispose of the timers of \"{name}\" that nobody needs any more.",
        (_, true) => $"\"{name}\" is filling up to its bound: lower its capacity if the process cannot afford it.",
        _ => $"Bound \"{name}\", e.g. with BoundedCache or BoundedQueue.",
    };

    private static string NameOf(StructureKind kind) => kind switch
    {
        StructureKind.Cache => "cache",
        StructureKind.Queue => "queue",
        StructureKind.PipeWriter => "pipe writer",
        StructureKind.Batch => "batch",
        StructureKind.InFlightTasks => "in flight tasks",
        StructureKind.Event => "event",
        StructureKind.Timer => "timer",
        _ => "watched",
    };
}
