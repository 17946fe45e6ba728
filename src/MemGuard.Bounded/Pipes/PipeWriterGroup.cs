namespace MemGuard.Bounded;

/// <summary>All pipe writers of one name: writers come and go with every request, the registry holds this.</summary>
internal sealed class PipeWriterGroup : IBoundedStructure
{
    private static readonly StructureGroups<PipeWriterGroup> Groups = new(static name => new PipeWriterGroup(name), "other_pipe_writers");

    private readonly string _name;

    /// <summary>Writers whose flush waits for its reader now. Interlocked, like all below.</summary>
    private long _waiting;
    private long _waitingBytes;
    private long _stalls;
    private int _saidIgnored;
    private int _saidStalled;

    private PipeWriterGroup(string name) => _name = name;

    public static PipeWriterGroup Get(string name) => Groups.Get(name);

    public void BeginWait(long bytes)
    {
        Interlocked.Increment(ref _waiting);
        Interlocked.Add(ref _waitingBytes, bytes);
    }

    public void EndWait(long bytes)
    {
        Interlocked.Decrement(ref _waiting);
        Interlocked.Add(ref _waitingBytes, -bytes);
    }

    public void CountStall() => Interlocked.Increment(ref _stalls);

    /// <summary>True once: the first ignored flush under this name.</summary>
    public bool ShouldSayIgnored() => Interlocked.Exchange(ref _saidIgnored, 1) == 0;

    /// <summary>True once: the first stalled reader under this name.</summary>
    public bool ShouldSayStalled() => Interlocked.Exchange(ref _saidStalled, 1) == 0;

    public BoundedStructureUsage GetUsage() => new()
    {
        Name = _name,
        Kind = StructureKind.PipeWriter,
        Count = Interlocked.Read(ref _waiting),
        Weight = Interlocked.Read(ref _waitingBytes),
        TotalEvictions = Interlocked.Read(ref _stalls),
    };
}
