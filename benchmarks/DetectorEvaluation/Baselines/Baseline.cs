using MemGuard.Sampling;

namespace DetectorEvaluation.Baselines;

/// <summary>A detector that people use today; says whether it alarms now.</summary>
internal abstract class Baseline
{
    public abstract string Name { get; }

    public abstract bool Observe(in MemorySample sample);
}
