using System.Diagnostics.Metrics;
using MemGuard.Triage;

namespace MemGuard.Telemetry;

/// <summary>What is wrong now, so that a rule can ask for it: which problems are open, how fast memory grows, when it reaches its limit.</summary>
internal static class ProblemInstruments
{
    private static readonly MemoryProblem[] Problems = [.. Enum.GetValues<MemoryProblem>().Where(static problem => problem != MemoryProblem.None)];

    public static void Create(MeterScope scope, KnownSuspects suspects)
    {
        scope.Meter.CreateObservableUpDownCounter(
            InstrumentNames.ProblemActive,
            () => scope.Read(InstrumentNames.ProblemActive, static source => ReadActive(source.OpenProblems)),
            "{problem}",
            "1 while a problem is suspected or confirmed, 0 while it is not.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.TimeToLimit,
            () => scope.ReadOne(InstrumentNames.TimeToLimit, static source => ReadTimeToLimit(source)),
            "s",
            "Best estimate of the time until the nearer limit is reached, while something grows.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.Growth,
            () => scope.Read(InstrumentNames.Growth, static source => ReadGrowth(source.OpenProblems)),
            "By/s",
            "Growth that is suspected or confirmed, by kind of memory; 0 while the level is steady.");
        scope.Meter.CreateObservableGauge(
            InstrumentNames.SuspectInfo,
            () => scope.Read(InstrumentNames.SuspectInfo, _ => ReadSuspects(suspects)),
            "{suspect}",
            "Always 1: the tags name what holds the memory of a confirmed problem.");
    }

    private static List<Measurement<long>> ReadActive(IReadOnlyList<MemoryDiagnosis> open)
    {
        List<Measurement<long>> measurements = new(2 * Problems.Length);
        foreach (MemoryProblem problem in Problems)
        {
            MemoryDiagnosis? found = open.FirstOrDefault(diagnosis => diagnosis.Problem == problem);
            Add("suspected", found is { IsConfirmed: false });
            Add("confirmed", found is { IsConfirmed: true });

            void Add(string stage, bool isActive) => measurements.Add(new Measurement<long>(
                isActive ? 1 : 0,
                MeterScope.Tag(InstrumentNames.ProblemTag, TagValues.Of(problem)),
                MeterScope.Tag(InstrumentNames.StageTag, stage)));
        }

        return measurements;
    }

    private static double? ReadTimeToLimit(IMetricSource source)
    {
        TimeSpan? nearest = null;
        foreach (MemoryDiagnosis open in source.OpenProblems)
        {
            // The forecast is as old as its sample, and time has passed since.
            TimeSpan age = source.Latest is { } latest && latest.Elapsed > open.Sample.Elapsed ? latest.Elapsed - open.Sample.Elapsed : TimeSpan.Zero;
            TimeSpan? left = open.TimeToLimit - age;
            nearest = left < nearest || nearest is null ? left ?? nearest : nearest;
        }

        return nearest is { } time ? Math.Max(0, time.TotalSeconds) : null;
    }

    private static Measurement<double>[] ReadGrowth(IReadOnlyList<MemoryDiagnosis> open) =>
        [Growth("managed", open.Where(static problem => problem.Problem != MemoryProblem.UnmanagedGrowth)), Growth("unmanaged", open.Where(static problem => problem.Problem == MemoryProblem.UnmanagedGrowth))];

    private static Measurement<double> Growth(string kind, IEnumerable<MemoryDiagnosis> open) =>
        new(open.Max(static problem => problem.BytesPerHour) / 3600 ?? 0, MeterScope.Tag(InstrumentNames.KindTag, kind));

    private static List<Measurement<long>> ReadSuspects(KnownSuspects suspects) =>
    [
        .. suspects.Open.Select(static suspect => new Measurement<long>(
            1,
            MeterScope.Tag(InstrumentNames.FingerprintTag, suspect.Fingerprint),
            MeterScope.Tag(InstrumentNames.SuspectTag, suspect.Name))),
    ];
}
