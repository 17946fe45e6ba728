using System.Diagnostics.Metrics;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Sampling;
using MemGuard.Sessions;
using Microsoft.Extensions.Logging;

namespace MemGuard;

/// <summary>What <see cref="MemGuardMonitor.Start(MonitorSetup)"/> makes a monitor of: what the services of a host would give it otherwise.</summary>
/// <remarks>Evidence collectors and handlers belong to the monitor: those that can be disposed end with it.</remarks>
public sealed class MonitorSetup
{
    /// <summary>The options; they are checked at the start, and changes after it are not seen.</summary>
    /// <value>The defaults by default.</value>
    public MemGuardOptions Options { get; init; } = new();

    /// <summary>Where the lines go, under the categories <c>MemGuard</c> and <c>MemGuard.Limits</c>.</summary>
    /// <value>The default is null: warnings and errors go to the standard error output, one line each.</value>
    public ILoggerFactory? LoggerFactory { get; init; }

    /// <summary>Makes the meter <c>MemGuard</c>.</summary>
    /// <value>The default is null: a meter that every listener of the process can see.</value>
    public IMeterFactory? MeterFactory { get; init; }

    /// <summary>Help to name what holds the memory, beside the one for bounded structures, which is always asked.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<IEvidenceCollector> Collectors { get; init; } = [];

    /// <summary>Hear of every alert after it was logged.</summary>
    /// <value>Empty by default.</value>
    public IReadOnlyList<IMemoryAlertHandler> Handlers { get; init; } = [];

    /// <summary>Every clock.</summary>
    /// <value>The default is the system's.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    /// <summary>Makes the sampler; null for the system's own.</summary>
    internal SamplerFactory? CreateSampler { get; init; }

    /// <summary>Where the tool that started or attached to this process looks; null for what the environment names, if anything.</summary>
    internal SessionFolder? Folder { get; init; }
}
