namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What a capture delivers: objects, roots and types, and whether that is all of them.</summary>
internal sealed class CapturedHeap(IHeapObjectSource objects, IDisposable owner) : IDisposable
{
    /// <summary>What <see cref="CapturedBy"/> is of a frozen copy.</summary>
    public const string ByFork = "fork";

    public IHeapObjectSource Objects => objects;

    public IReadOnlyList<HeapRoot> Roots { get; init; } = [];

    public IReadOnlyList<HeapStatic> Statics { get; init; } = [];

    public IReadOnlyList<DependentPair> DependentPairs { get; init; } = [];

    public IReadOnlyList<HeapTypeRecord> Types { get; init; } = [];

    /// <summary>Descriptions by id of the types above and of their arguments, where the capture does not know the types themselves.</summary>
    public IReadOnlyDictionary<ulong, TypeDescription> Descriptions { get; init; } = new Dictionary<ulong, TypeDescription>();

    /// <summary>Why something is missing; null when the capture is complete.</summary>
    public string? IncompleteBecause { get; set; }

    /// <summary>What the garbage collector counted as alive right before the walk; null when it did not.</summary>
    public long? LiveBytes { get; set; }

    /// <summary>How long the runtime was suspended for it.</summary>
    public TimeSpan Pause { get; set; }

    /// <summary>Where fields lie; null when the way of capturing does not tell.</summary>
    public IFieldPlaces? FieldPlaces { get; init; }

    /// <summary>Whether objects are among them that nothing keeps alive any more, and roots that may be stale words of a stack.</summary>
    public bool HasGarbage { get; init; }

    /// <summary>By which way it was captured, and why not by a better one.</summary>
    public string CapturedBy { get; set; } = "event pipe";

    /// <summary>Frees the objects. Roots, statics and types stay readable.</summary>
    public void Dispose() => owner.Dispose();
}
