namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>What was allocated while a profile ran: types, methods, and whole stacks to export.</summary>
/// <remarks>Immutable. Holds names and figures only, at most a few hundred kilobytes.</remarks>
public sealed class AllocationProfile
{
    /// <summary>Samples from which a share is believed.</summary>
    internal const int ReliableSamples = 100;

    internal AllocationProfile(TimeSpan duration, IReadOnlyList<SampledStack> stacks, IReadOnlyList<AllocatedType> types, IReadOnlyList<AllocatingMethod> methods, long lostEvents)
    {
        Duration = duration;
        Stacks = stacks;
        Types = types;
        Methods = methods;
        SampleCount = stacks.Sum(static stack => stack.SampleCount);
        EstimatedBytes = (long)stacks.Sum(static stack => stack.Bytes);
        LostEvents = lostEvents;
    }

    /// <summary>How long was measured.</summary>
    public TimeSpan Duration { get; }

    /// <summary>Bytes that the application allocated meanwhile, estimated from the samples. MemGuard's own threads are left out.</summary>
    public long EstimatedBytes { get; }

    /// <summary>The same for each second.</summary>
    public double BytesPerSecond => Duration > TimeSpan.Zero ? EstimatedBytes / Duration.TotalSeconds : 0;

    /// <summary>Samples that were drawn, about ten for each megabyte.</summary>
    public int SampleCount { get; }

    /// <summary>Events that the runtime dropped, because they came faster than they could be read; 0 when the profile is whole.</summary>
    public long LostEvents { get; }

    /// <summary>Types, the one with the most bytes first.</summary>
    public IReadOnlyList<AllocatedType> Types { get; }

    /// <summary>The application's methods, the one with the most bytes first; of what only the framework did on its own, the framework's.</summary>
    public IReadOnlyList<AllocatingMethod> Methods { get; }

    /// <summary>Whole stacks with what they allocated.</summary>
    internal IReadOnlyList<SampledStack> Stacks { get; }

    /// <summary>Writes the whole stacks.</summary>
    /// <param name="stream">Where to; it stays open.</param>
    /// <param name="format">The format.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="format"/> is none.</exception>
    public void Export(Stream stream, AllocationExportFormat format)
    {
        ArgumentNullException.ThrowIfNull(stream);
        switch (format)
        {
            case AllocationExportFormat.Speedscope:
                AllocationExport.WriteSpeedscope(stream, this);
                break;
            case AllocationExportFormat.CollapsedStacks:
                AllocationExport.WriteCollapsed(stream, this);
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(format), format, $"It must be one of {string.Join(", ", Enum.GetNames<AllocationExportFormat>())}.");
        }
    }

    /// <summary>The profile in one line, for example <c>Allocations 5 s: 812 MB (162 MB/s). HotRow 56 % ±5 in OrderMapper.Map</c>.</summary>
    public override string ToString() => AllocationText.Line(this);
}
