using System.Runtime.CompilerServices;
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
}

/// <summary>
/// The readings that are too dear for every sample. They run on the sampler's thread, after the fast values were read, each at its own pace.
/// </summary>
/// <remarks>Not safe for use by several threads at once.</remarks>
internal sealed class SlowTier : IDisposable
{
    private static readonly TimeSpan AssemblyPeriod = TimeSpan.FromSeconds(5);

    private readonly LedgerReader? _ledger;
    private readonly Func<int> _countAssemblies;
    private readonly InternalFaults _faults;
    private readonly SlowRead _assemblyRead;
    private readonly FinalizerSentinel _sentinel = new();
    private SlowReadings _last;

    /// <param name="ledger">Null where the system does not divide the working set.</param>
    /// <param name="countAssemblies">Counts the loaded assemblies.</param>
    /// <param name="faults">Hears of each reading that fails.</param>
    /// <param name="timeProvider">Times the readings.</param>
    public SlowTier(LedgerReader? ledger, Func<int> countAssemblies, InternalFaults faults, TimeProvider timeProvider)
    {
        _ledger = ledger;
        _countAssemblies = countAssemblies;
        _faults = faults;
        _assemblyRead = new SlowRead(timeProvider, AssemblyPeriod);
    }

    /// <summary>What cannot be known on this system, and why; empty where it all can.</summary>
    public IEnumerable<(string What, string Reason)> Unknown => _ledger?.Unknown ?? [];

    /// <summary>How much rarer the readings are than they would be.</summary>
    public int Stretch
    {
        set
        {
            _assemblyRead.Stretch = value;
            if (_ledger is not null)
            {
                _ledger.Stretch = value;
            }
        }
    }

    /// <summary>Reads what is due.</summary>
    /// <param name="sample">The fast values of the same moment.</param>
    /// <param name="collections">Count of collections of any kind.</param>
    /// <param name="wantsScan">Whether a row of the ledger is wanted before its time.</param>
    [MethodImpl(EverySample.Compiled)]
    public SlowReadings Update(in MemorySample sample, int collections, bool wantsScan)
    {
        TimeSpan elapsed = sample.Elapsed;
        ReadLedger(elapsed, wantsScan);
        ReadAssemblies(elapsed, collections);
        return _last with { FinalizerLag = _sentinel.ReadLag(elapsed, collections) };
    }

    public void Dispose() => _ledger?.Dispose();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadLedger(TimeSpan elapsed, bool wantsScan)
    {
        if (_ledger is null || !_ledger.IsDue(elapsed, wantsScan))
        {
            return;
        }

        _last = _last with { Ledger = _faults.GetPart("reading the ledger", (Reader: _ledger, Elapsed: elapsed), static now => now.Reader.Read(now.Elapsed), null) };
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ReadAssemblies(TimeSpan elapsed, int collections)
    {
        if (!_assemblyRead.IsDue(elapsed))
        {
            return;
        }

        _sentinel.Rearm(collections);
        _last = _last with { AssemblyCount = _faults.GetPart<(SlowTier Tier, TimeSpan Elapsed), long?>("counting the assemblies", (this, elapsed), static now => now.Tier._assemblyRead.Run(now.Elapsed, now.Tier._countAssemblies), null) };
    }
}
