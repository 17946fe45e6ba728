using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>Keeps what it hears.</summary>
internal sealed class ListTrace : TrendTrace
{
    public List<Look> All { get; } = [];

    public List<string> Decisions { get; } = [];

    public IEnumerable<Look> Passed => All.Where(static look => look.Evidence.Passed);

    public override void Looked(double time, MemorySeries series, double width, in GrowthEvidence evidence) => All.Add(new Look(time, series, width, evidence));

    public override void Decided(double time, MemorySeries series, string what) => Decisions.Add(what);

    public sealed record Look(double Time, MemorySeries Series, double Width, GrowthEvidence Evidence);
}
