namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What an object is to the naming of what it holds.</summary>
internal enum HolderRole
{
    /// <summary>An object like any other.</summary>
    Ordinary,

    /// <summary>Where a container keeps one service, or the registration that has the object.</summary>
    ServiceSlot,

    /// <summary>A service provider, a scope or a host: a way to every service, the owner of none.</summary>
    Container,

    /// <summary>A table of the runtime in which everything that waits is listed: what stands beside it there is a stranger.</summary>
    RuntimeTable,

    /// <summary>The box of an asynchronous Main.</summary>
    EntryPoint,

    /// <summary>A step of the pipeline of requests: the server leads to all of them, and they stay as long as it does.</summary>
    Pipeline,
}
