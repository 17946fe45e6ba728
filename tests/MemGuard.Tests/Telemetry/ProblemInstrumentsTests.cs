using MemGuard.Alerts;
using MemGuard.Bounded;
using MemGuard.Containers;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Sampling;
using MemGuard.Telemetry;
using MemGuard.Tests.Alerts;
using MemGuard.Triage;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using static MemGuard.Tests.Telemetry.MeterUnderTest;

namespace MemGuard.Tests.Telemetry;

/// <summary>What rules ask for: problems, growth, errors, versions, and that it is there before anything has happened.</summary>
public sealed class ProblemInstrumentsTests : IDisposable
{
    private readonly MeterUnderTest _meter = new();

    public void Dispose() => _meter.Dispose();

    // A series that is born at 1 never makes increase() fire.
    [Fact]
    public void Read_NothingHasHappened_EveryCounterOfARuleIsThereWithZero()
    {
        IReadOnlyList<CollectedMeasurement<long>> alerts = _meter.Read<long>(InstrumentNames.Alerts);
        IReadOnlyList<CollectedMeasurement<long>> errors = _meter.Read<long>(InstrumentNames.InternalErrors);
        IReadOnlyList<CollectedMeasurement<long>> active = _meter.Read<long>(InstrumentNames.ProblemActive);

        Assert.Equal((15, 10), (alerts.Count, active.Count));
        Assert.Equal(FaultComponents.All.Order(), errors.Select(static error => (string)error.Tags[InstrumentNames.ComponentTag]!).Order());
        Assert.All(alerts.Concat(errors).Concat(active), static measurement => Assert.Equal(0, measurement.Value));
    }

    [Fact]
    public void Read_RowsThatARecordingLost_AreErrors()
    {
        _meter.Source.RecordedRows = (70, 3);

        Assert.Equal(3, Assert.Single(_meter.Read<long>(InstrumentNames.InternalErrors), static error => error.ContainsTags(Tag(InstrumentNames.ComponentTag, "recording"))).Value);
    }

    [Fact]
    public void Read_StructureContainedAFailure_IsAnError()
    {
        object owner = new();
        BoundedStructures.Watch($"metrics-{Guid.NewGuid()}", owner, static _ => throw new InvalidOperationException("broken"));

        BoundedStructures.GetUsage();

        Assert.True(Assert.Single(_meter.Read<long>(InstrumentNames.InternalErrors), static error => error.ContainsTags(Tag(InstrumentNames.ComponentTag, "structures"))).Value > 0);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Read_SnapshotFailed_IsAnError()
    {
        SnapshotFailures.Count();

        Assert.True(Assert.Single(_meter.Read<long>(InstrumentNames.InternalErrors), static error => error.ContainsTags(Tag(InstrumentNames.ComponentTag, "snapshots"))).Value > 0);
    }

    [Fact]
    public void Read_FailureOfAHandler_IsThatOfUserCode()
    {
        _meter.Faults.Count("PagerHandler");

        Assert.Equal(1, Assert.Single(_meter.Read<long>(InstrumentNames.InternalErrors), static error => error.ContainsTags(Tag(InstrumentNames.ComponentTag, "user_code"))).Value);
    }

    [Fact]
    public void Read_ConfirmedLeak_IsActiveWithItsGrowthAndTheTimeThatIsLeft()
    {
        _meter.Source.Latest = new MemorySample { Elapsed = TimeSpan.FromSeconds(130) };
        _meter.Source.OpenProblems =
        [
            Diagnoses.Confirmed with { BytesPerHour = 7_200_000, TimeToLimit = TimeSpan.FromSeconds(600), Sample = new MemorySample { Elapsed = TimeSpan.FromSeconds(100) } },
            Diagnoses.Of(MemoryProblem.UnmanagedGrowth, confirmed: false),
        ];

        string[] active = [.. _meter.Read<long>(InstrumentNames.ProblemActive).Where(static problem => problem.Value == 1).Select(static problem => $"{problem.Tags[InstrumentNames.ProblemTag]} {problem.Tags[InstrumentNames.StageTag]}")];
        double[] growth = [.. _meter.Read<double>(InstrumentNames.Growth).Select(static growth => growth.Value)];

        Assert.Equal(["managed_leak confirmed", "unmanaged_growth suspected"], active);
        Assert.Equal([2000.0, 0.0], growth);
        Assert.Equal(570, Assert.Single(_meter.Read<double>(InstrumentNames.TimeToLimit)).Value);
    }

    [Fact]
    public void Read_NoForecast_PublishesNoTimeToLimit()
    {
        _meter.Source.OpenProblems = [Diagnoses.Confirmed];

        Assert.Empty(_meter.Read<double>(InstrumentNames.TimeToLimit));
    }

    [Fact]
    public void Read_Info_TellsVersionsAndWhereTheLimitComesFrom()
    {
        _meter.Source.Latest = new MemorySample { MemoryLimitBytes = 512 };
        _meter.Source.ConfiguredLimitBytes = 512;

        CollectedMeasurement<long> info = Assert.Single(_meter.Read<long>(InstrumentNames.Info));

        Assert.Equal(1, info.Value);
        Assert.Equal("configured", info.Tags[InstrumentNames.LimitSourceTag]);
        Assert.DoesNotContain('+', (string)info.Tags[InstrumentNames.VersionTag]!);
        Assert.NotEmpty((string)info.Tags[InstrumentNames.AppVersionTag]!);
    }

    [Fact]
    public void Read_SuspectOfAConfirmedProblem_IsNamedUntilItIsResolved()
    {
        MemoryAlert confirmed = new() { Stage = AlertStage.Confirmed, Problem = MemoryProblem.ManagedLeak, Message = "", Diagnosis = Diagnoses.Confirmed, Evidence = EvidenceResult.Of(new LeakSuspect("static A.B") { Fingerprint = "1a2b" }) };

        _meter.Suspects.Note(confirmed);
        CollectedMeasurement<long> suspect = Assert.Single(_meter.Read<long>(InstrumentNames.SuspectInfo));
        _meter.Suspects.Note(confirmed with { Stage = AlertStage.Resolved });

        Assert.True(suspect.MatchesTags(Tag(InstrumentNames.FingerprintTag, "1a2b"), Tag(InstrumentNames.SuspectTag, "static A.B")));
        Assert.Empty(_meter.Read<long>(InstrumentNames.SuspectInfo));
    }

    [Fact]
    public void Read_EventsOfTheContainer_ArePublishedAndDoNotFallWhenItsGroupChanges()
    {
        _meter.Source.Container = new ContainerDetails { GroupDirectory = "a", HighCount = 40, KillCount = 1 };
        Assert.Equal(40, Assert.Single(_meter.Read<long>(InstrumentNames.ContainerThrottled)).Value);
        _meter.Source.Container = new ContainerDetails { GroupDirectory = "b", HighCount = 3, KillCount = 0 };
        Assert.Equal(40, Assert.Single(_meter.Read<long>(InstrumentNames.ContainerThrottled)).Value);
        _meter.Source.Container = new ContainerDetails { GroupDirectory = "b", HighCount = 5, KillCount = 2 };

        Assert.Equal(42, Assert.Single(_meter.Read<long>(InstrumentNames.ContainerThrottled)).Value);
        Assert.Equal(2, Assert.Single(_meter.Read<long>(InstrumentNames.ContainerOomKills)).Value);
    }
}
