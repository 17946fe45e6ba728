namespace MemGuard.HeapSnapshots.Graph;

/// <summary>When the search for what keeps objects alive follows a node's references.</summary>
internal enum RetainerRank : byte
{
    /// <summary>As soon as the node is reached.</summary>
    Ordinary,

    /// <summary>After everything that the first roots reach: the framework's static fields come after the application's.</summary>
    Second,

    /// <summary>Never entered from the first roots: through a table of all that waits each of its users would seem to hold all others.</summary>
    Crossroads,

    /// <summary>After everything else: what refers to much and owns nothing.</summary>
    Last,
}
