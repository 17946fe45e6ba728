namespace DetectorEvaluation.Simulation;

internal enum Place
{
    /// <summary>Reachable managed objects.</summary>
    Managed,

    /// <summary>Holes in the heap that no collection closes.</summary>
    Holes,

    /// <summary>In use in the C library's allocator.</summary>
    Malloc,

    /// <summary>Anonymous maps outside both.</summary>
    Mapped,

    /// <summary>Kept free by the C library's allocator.</summary>
    MallocFree,

    /// <summary>Pages of files that are mapped: in the working set, and nothing else.</summary>
    File,
}

/// <summary>One thing in a service that holds memory.</summary>
internal abstract class MemoryPart
{
    public Place Place { get; init; } = Place.Managed;

    /// <summary>Bytes held now.</summary>
    public double Bytes { get; protected set; }

    /// <summary>Timers, assemblies it has made.</summary>
    public double Timers { get; protected set; }

    public double Assemblies { get; protected set; }

    /// <summary>What it allocates besides, as a share of what the requests do.</summary>
    public double ExtraAllocation { get; protected set; }

    /// <summary>Full collections a second that it causes while they free nothing.</summary>
    public double FutileCollections { get; protected set; }

    /// <summary>The most bytes that it holds; NaN for no bound.</summary>
    public virtual double Capacity => double.NaN;

    /// <summary>Seconds after which what came in has gone again; NaN for never.</summary>
    public virtual double ExpirySeconds => double.NaN;

    public abstract void Step(double time, double step, double load, Random random);
}
