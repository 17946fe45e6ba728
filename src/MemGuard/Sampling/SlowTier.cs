using MemGuard.Containers;
using MemGuard.Faults;

namespace MemGuard.Sampling;

/// <summary>What the slow tier knows; values stay until they are read anew.</summary>
internal readonly record struct SlowReadings
{
    /// <summary>The last row of the ledger.</summary>
    public MemoryLedger? Ledger { get; init; }

    /// <summary>Loaded assemblies.</summary>
    public long? AssemblyCount { get; init; }

    /// <summary>How long the finalizer thread has been due.</summary>
    public TimeSpan? FinalizerLag { get; init; }

    /// <summary>The container as last read in full.</summary>
    public ContainerDetails? Container { get; init; }

    /// <summary>The process's anonymous memory when the container was read.</summary>
    public long? AnonymousBytesAtContainer { get; init; }
}

/// <summary>
/// The readings that are too dear for every sample. They run on the sampler's thread, after the fast values were read, each at its own pace.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class SlowTier : IDisposable
{
    private static readonly TimeSpan ContainerPeriod = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AssemblyPeriod = TimeSpan.FromSeconds(5);

    private readonly LedgerReader? _ledger;
    private readonly IContainerMemory _container;
    private readonly Func<int> _countAssemblies;
    private readonly InternalFaults _faults;
    private readonly SlowRead _containerRead;
    private readonly SlowRead _assemblyRead;
    private readonly Func<ContainerDetails> _readContainer;
    private readonly FinalizerSentinel _sentinel = new();
    private bool _hasSaidUnknown;
    private SlowReadings _last;

    /// <param name="ledger">Null where the system does not divide the working set.</param>
    /// <param name="container">The container.</param>
    /// <param name="countAssemblies">Counts the loaded assemblies.</param>
    /// <param name="faults">Hears of each reading that fails, and once of what is unknown here.</param>
    /// <param name="timeProvider">Times the readings.</param>
    public SlowTier(LedgerReader? ledger, IContainerMemory container, Func<int> countAssemblies, InternalFaults faults, TimeProvider timeProvider)
    {
        _ledger = ledger;
        _container = container;
        _countAssemblies = countAssemblies;
        _faults = faults;
        _containerRead = new SlowRead(timeProvider, ContainerPeriod);
        _assemblyRead = new SlowRead(timeProvider, AssemblyPeriod);
        _readContainer = _container.ReadDetails;
    }

    /// <summary>Reads what is due.</summary>
    /// <param name="sample">The fast values of the same moment.</param>
    /// <param name="collections">Count of collections of any kind.</param>
    /// <param name="wantsScan">Whether a row of the ledger is wanted before its time.</param>
    public SlowReadings Update(in MemorySample sample, int collections, bool wantsScan)
    {
        TimeSpan elapsed = sample.Elapsed;
        ReadLedger(elapsed, wantsScan);
        ReadContainer(elapsed, sample.AnonymousBytes);
        ReadAssemblies(elapsed, collections);
        return _last with { FinalizerLag = _sentinel.ReadLag(elapsed, collections) };
    }

    public void Dispose() => _ledger?.Dispose();

    private void ReadLedger(TimeSpan elapsed, bool wantsScan)
    {
        if (_ledger is null || !_ledger.IsDue(elapsed, wantsScan))
        {
            return;
        }

        try
        {
            _last = _last with { Ledger = _ledger.Read(elapsed) };
        }
        catch (Exception exception)
        {
            _last = _last with { Ledger = null };
            _faults.Report("reading the ledger", exception);
        }

        if (!_hasSaidUnknown)
        {
            _hasSaidUnknown = true;
            foreach ((string what, string reason) in _ledger.Unknown)
            {
                _faults.ReportUnknown(what, reason);
            }
        }
    }

    private void ReadContainer(TimeSpan elapsed, long? anonymousBytes)
    {
        if (!_containerRead.IsDue(elapsed))
        {
            return;
        }

        try
        {
            _last = _last with { Container = _containerRead.Run(elapsed, _readContainer), AnonymousBytesAtContainer = anonymousBytes };
        }
        catch (Exception exception)
        {
            _last = _last with { Container = null, AnonymousBytesAtContainer = null };
            _faults.Report("reading the container's memory", exception);
        }
    }

    private void ReadAssemblies(TimeSpan elapsed, int collections)
    {
        if (!_assemblyRead.IsDue(elapsed))
        {
            return;
        }

        _sentinel.Rearm(collections);

        try
        {
            _last = _last with { AssemblyCount = _assemblyRead.Run(elapsed, _countAssemblies) };
        }
        catch (Exception exception)
        {
            _last = _last with { AssemblyCount = null };
            _faults.Report("counting the assemblies", exception);
        }
    }
}
