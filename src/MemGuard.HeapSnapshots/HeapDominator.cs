using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots;

/// <summary>A place where memory accumulates, with everything that would be freed with it.</summary>
/// <param name="Name">The place in the user's words, for example <c>static UserService._cache → ConcurrentDictionary&lt;string, User&gt;</c>.</param>
/// <param name="RetainedBytes">Bytes that only this place keeps alive.</param>
/// <param name="Count">Number of entries, handlers, timers or objects that accumulate there.</param>
public sealed record HeapDominator(string Name, long RetainedBytes, long Count)
{
    /// <summary>What <see cref="Count"/> counts, in the plural.</summary>
    public string CountUnit { get; init; } = "entries";

    /// <summary>Share of all live bytes, 0–1.</summary>
    public double ShareRatio { get; init; }

    /// <summary>Type of the collection, delegate or object at that place.</summary>
    public string TypeName { get; init; } = "";

    /// <summary>Type that makes up most of what accumulates; null when nothing does.</summary>
    public string? ElementTypeName { get; init; }

    /// <summary>Whose code holds it: the application's assembly, or a library with its version; null when unknown.</summary>
    public string? Owner { get; init; }

    /// <summary>What to do about it; null when the kind of place suggests nothing.</summary>
    public string? NextStep { get; init; }

    /// <summary>The same for the same place in another process or after a restart: 16 hexadecimal digits.</summary>
    public string Fingerprint { get; init; } = "";

    /// <summary>How it is reached from a root.</summary>
    public RetainerChain Chain { get; init; } = new([]);
}
