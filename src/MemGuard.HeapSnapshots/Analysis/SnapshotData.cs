using System.Text.Json.Serialization;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Everything that a snapshot keeps, and what its file contains: names, counts and sizes; no address, no value.</summary>
internal sealed record SnapshotData
{
    public DateTimeOffset TakenAt { get; init; }

    public string Reason { get; init; } = "";

    public string Application { get; init; } = "";

    public string? IncompleteBecause { get; init; }

    /// <summary>By which way, and why not by a better one; null in files of earlier versions.</summary>
    public string? CapturedBy { get; init; }

    /// <summary>Whether a comparison with another one means something: they are whole, and what one way of capturing names and another does not would look like growth.</summary>
    public bool IsComparableWith(SnapshotData other) =>
        IncompleteBecause is null && other.IncompleteBecause is null && IsCapturedAs(other);

    /// <summary>Whether both name and count types in the same way.</summary>
    public bool IsCapturedAs(SnapshotData other) => (CapturedBy == CapturedHeap.ByFork) == (other.CapturedBy == CapturedHeap.ByFork);

    public TimeSpan Pause { get; init; }

    public TimeSpan AnalysisTime { get; init; }

    public long ObjectCount { get; init; }

    public long TotalBytes { get; init; }

    /// <summary>Bytes of MemGuard's own machinery, an earlier snapshot among them: no growth of the application's.</summary>
    public long OwnBytes { get; init; }

    /// <summary>What the garbage collector counted as alive, also where not all of it arrived; null when unknown. Not in the file.</summary>
    [JsonIgnore]
    public long? LiveBytes { get; init; }

    public IReadOnlyList<HeapTypeUsage> Types { get; init; } = [];

    /// <summary>Names of the types that are of the application's or a library's own objects. Not in the file.</summary>
    [JsonIgnore]
    public IReadOnlySet<string> UserTypes { get; init; } = new HashSet<string>();

    /// <summary>What holds memory outside the managed heap, by number.</summary>
    public IReadOnlyList<NativeCount> Native { get; init; } = [];

    public IReadOnlyList<HeapDominator> Places { get; init; } = [];

    public IReadOnlyList<PathNode> Paths { get; init; } = [];

    /// <summary>Static roots seen, and how many of them were given one class and field.</summary>
    public int StaticCount { get; init; }

    public int NamedStaticCount { get; init; }
}
