using System.Diagnostics.Metrics;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Containers;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.Recording;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Triage;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.ArchitectureTests;

/// <summary>The documentation of the meter is what the meter publishes, name by name.</summary>
public sealed class MetricTests
{
    [Fact]
    public void Meter_EveryInstrument_IsDocumentedWithItsUnitAndKind() =>
        Assert.Equal(string.Empty, string.Join('\n', MetricRow.FindDifferences(ReadPublished(), [.. MetricRow.ReadTable(Repository.Read("docs", "metrics.md"))])));

    [Fact]
    public void FindDifferences_MissingWrongAndMalformedRows_AreFound()
    {
        MetricRow[] documented = [.. MetricRow.ReadTable("| `memguard.a` | `By` | Gauge | … |\n| `memguard.b` | `s` | Counter | … |\n")];
        MetricRow[] published = [new("memguard.a", "By", "Gauge"), new("memguard.b", "s", "Gauge"), new("memguard.Bad-Name", "s", "Gauge")];

        string[] differences = [.. MetricRow.FindDifferences(published, documented)];

        Assert.Equal(4, differences.Length);
        Assert.Contains("not published: MetricRow { Name = memguard.b, Unit = s, Kind = Counter }", differences);
        Assert.Contains("not a valid name: memguard.Bad-Name", differences);
    }

    private static List<MetricRow> ReadPublished()
    {
        List<MetricRow> rows = [];
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, _) =>
        {
            if (instrument.Meter.Name == InstrumentNames.Meter)
            {
                rows.Add(MetricRow.Of(instrument));
            }
        };
        listener.Start();
        InternalFaults faults = new(NullLogger.Instance, TimeProvider.System);
        using MeterScope scope = new(null, new NoSource(), faults);
        MemoryInstruments.Create(scope);
        _ = new ContainerInstruments(scope);
        ProblemInstruments.Create(scope, new KnownSuspects(isWanted: false, new SuspectAllowance()));
        _ = new OwnInstruments(scope, faults);
        CostInstruments.Create(scope, new OwnCosts());
        _ = new StructureInstruments(scope, new StructureReadings(static () => [], TimeProvider.System));
        return rows;
    }

    private sealed class NoSource : IMetricSource
    {
        public MemorySample? Latest => null;

        public ContainerDetails? Container => null;

        public long? ConfiguredLimitBytes => null;

        public IReadOnlyList<MemoryDiagnosis> OpenProblems => [];

        public long ConfirmingCollections => 0;

        public CostTier Tier => CostTier.Full;

        public IReadOnlyList<(string Holder, long Bytes)> HeldBytes => [];

        public TimeSpan SampleDuration => TimeSpan.Zero;

        public TimeSpan SampleLateness => TimeSpan.Zero;

        public (long Written, long Dropped)? RecordedRows => null;

        public PreviousRun? PreviousRun => null;
    }
}
