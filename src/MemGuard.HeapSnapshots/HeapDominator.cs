using MemGuard.HeapSnapshots.Analysis;
using MemGuard.Trends;

namespace MemGuard.HeapSnapshots;

/// <summary>A leak suspect: an object in which memory accumulates, with everything that would be freed with it.</summary>
/// <remarks>Immutable.</remarks>
public sealed record HeapDominator
{
    /// <summary>The holder in the user's words, for example <c>static UserService._cache → ConcurrentDictionary&lt;string, User&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes that it alone keeps alive.</summary>
    public required long RetainedBytes { get; init; }

    /// <summary>Number of entries, handlers, timers or objects that accumulate there.</summary>
    public required long Count { get; init; }

    /// <summary>What <see cref="Count"/> counts, in the plural.</summary>
    public string CountUnit { get; init; } = "entries";

    /// <summary>Share of all live bytes, 0–1.</summary>
    public double ShareRatio { get; init; }

    /// <summary>Type of the collection, delegate or object that holds.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>Type that makes up most of what accumulates; null when nothing does.</summary>
    public string? ElementTypeName { get; init; }

    /// <summary>Whose code holds it: the application's assembly, or a library with its version; null when unknown.</summary>
    public string? Owner { get; init; }

    /// <summary>What it is, as far as that says when it stops growing.</summary>
    public HolderKind HolderKind { get; init; }

    /// <summary>What to do about it; null when its kind suggests nothing.</summary>
    public string? NextStep { get; init; }

    /// <summary>The same for the same holder in another process or after a restart: 16 hexadecimal digits.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>How it is reached from a root.</summary>
    public RetainerChain Chain { get; init; } = new() { Links = [] };
}
