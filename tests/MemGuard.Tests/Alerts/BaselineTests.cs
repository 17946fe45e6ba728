using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Trends;
using MemGuard.Triage;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Alerts;

/// <summary>Who is asked about growth that is only suspected, and who hears the answer.</summary>
public sealed class BaselineTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeLogger _logger = new();
    private readonly Collector _collector = new();
    private EvidenceResult? _told;

    [Fact]
    public void Dispatch_Question_WritesNothingAndTellsWhatWasFound()
    {
        Create().Dispatch(Request(MemoryProblem.ManagedLeak) with { IsQuestion = true }, CancellationToken.None);

        Assert.Equal([EvidencePurpose.Baseline], _collector.Asked);
        Assert.Equal("static A.B", _told?.Suspects[0].Name);
        Assert.Equal(0, _logger.Collector.Count);
    }

    [Fact]
    public void Dispatch_Suspicion_TellsWhatItsBaselineFound()
    {
        Create().Dispatch(Request(MemoryProblem.ManagedLeak), CancellationToken.None);

        Assert.Equal("static A.B", _told?.Suspects[0].Name);
        Assert.Equal(3000, _logger.LatestRecord.Id.Id);
    }

    [Fact]
    public void Dispatch_SuspicionOfGrowthThatWasAskedAbout_AsksNobodyAgain()
    {
        Create().Dispatch(Request(MemoryProblem.ManagedLeak) with { HasBaseline = true }, CancellationToken.None);

        Assert.Empty(_collector.Asked);
        Assert.Equal(3000, _logger.LatestRecord.Id.Id);
    }

    [Fact]
    public void HeldPlaces_SuspectWithCapacityAndExpiry_KeepsTheirUnits()
    {
        LeakSuspect suspect = new("cache") { RetainedBytes = 1000, Count = 25, Capacity = 100, GrowthShareRatio = 0.75, ExpiresIn = TimeSpan.FromMinutes(2), HolderKind = HolderKind.Filling };

        HeldPlace place = Assert.Single(HeldPlaces.Of(EvidenceResult.Of(suspect)));

        Assert.Equal(new HeldPlace { Kind = HolderKind.Filling, Name = "cache", Bytes = 1000, GrowthShare = 0.75, FilledRatio = 0.25, ExpiresInSeconds = 120 }, place);
    }

    [Fact]
    public void HeldPlaces_SuspectOfUnknownBytes_IsNone() => Assert.Empty(HeldPlaces.Of(EvidenceResult.Of(new LeakSuspect("queue") { Count = 5, HolderKind = HolderKind.Filling })));

    private AlertDispatch Create() =>
        new(new AlertSettings(Patience, Patience, new HelpLinks("https://example.com")), [_collector], [], _logger, new InternalFaults(_logger, TimeProvider.System)) { BaselineTaken = (_, found) => _told = found };

    private static AlertRequest Request(MemoryProblem problem) => new(AlertStage.Suspected, problem, Diagnoses.Confirmed, TimeSpan.Zero);

    private sealed class Collector : IEvidenceCollector
    {
        public List<EvidencePurpose> Asked { get; } = [];

        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken)
        {
            Asked.Add(request.Purpose);
            return ValueTask.FromResult(EvidenceResult.Of(new LeakSuspect("static A.B")));
        }
    }
}
