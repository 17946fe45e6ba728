namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Samples of one type that were drawn at the same place.</summary>
/// <param name="Type">The type's name.</param>
/// <param name="Frames">The methods, innermost first; those without a name are left out.</param>
/// <param name="Bytes">What they stand for.</param>
/// <param name="SampleCount">How many there are.</param>
internal sealed record SampledStack(string Type, IReadOnlyList<MethodFrame> Frames, double Bytes, int SampleCount)
{
    /// <summary>The innermost method that is not the framework's; the innermost of all where the framework works alone; null where none is known.</summary>
    public MethodFrame? Owner => Frames.FirstOrDefault(static frame => !frame.IsFramework) ?? (Frames.Count > 0 ? Frames[0] : null);
}
