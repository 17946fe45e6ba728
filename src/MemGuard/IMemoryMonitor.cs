using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Limits;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Triage;

namespace MemGuard;

/// <summary>What MemGuard knows about the memory of this process. Injected as a singleton; thread-safe.</summary>
public interface IMemoryMonitor
{
    /// <summary>The most recent sample; null before the first, and while MemGuard is off.</summary>
    MemorySample? Latest { get; }

    /// <summary>The samples kept so far, oldest first, the older ones at a coarser resolution. Makes a copy.</summary>
    IReadOnlyList<MemorySample> GetHistory();

    /// <summary>The current diagnosis. Cheap: it was made when the last sample was taken.</summary>
    MemoryDiagnosis Diagnose();

    /// <summary>The limits that can end this process, and what is wrong with the way they are set. Cheap: it is renewed twice a minute.</summary>
    MemoryLimitAdvice GetLimitAdvice();

    /// <summary>How the process before this one ended, and what it suffered from; null before the first sample, and where no black box of one was found.</summary>
    PreviousRun? PreviousRun { get; }

    /// <summary>Writes down all that is known now, as JSON and as text: to attach to a ticket, or to serve to an operator. Needs no collection.</summary>
    /// <exception cref="InvalidOperationException">MemGuard is off, or its host has not started.</exception>
    DiagnosticReport CreateReport();

    /// <summary>The alerts of this process as they were written, oldest first, at most the last 64; evidence that followed one is in it. Makes a copy.</summary>
    IReadOnlyList<MemoryAlert> GetRecentAlerts();
}
