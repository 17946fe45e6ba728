using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Telemetry;
using MemGuard.Tests.Alerts;
using MemGuard.Triage;

namespace MemGuard.Tests.Telemetry;

public sealed class KnownSuspectsTests
{
    [Fact]
    public void Note_NotWanted_KeepsNothing()
    {
        KnownSuspects suspects = new(isWanted: false, new SuspectAllowance());

        suspects.Note(Confirmed("a"));

        Assert.Empty(suspects.Open);
    }

    [Fact]
    public void Note_MoreThanTwentyInAProcess_PublishesNoneOfTheOthers()
    {
        KnownSuspects suspects = new(isWanted: true, new SuspectAllowance(most: 20));
        HashSet<string> published = [];
        for (int i = 0; i < 50; i++)
        {
            suspects.Note(Confirmed($"{i}"));
            published.UnionWith(suspects.Open.Select(static suspect => suspect.Fingerprint));
        }

        suspects.Note(Confirmed("7"));

        Assert.Equal(20, published.Count);
        Assert.Equal("7", Assert.Single(suspects.Open).Fingerprint);
    }

    [Fact]
    public void Note_SuspectWithoutFingerprint_IsNotPublished()
    {
        KnownSuspects suspects = new(isWanted: true, new SuspectAllowance());

        suspects.Note(Confirmed(null));

        Assert.Empty(suspects.Open);
    }

    private static MemoryAlert Confirmed(string? fingerprint) => new()
    {
        Stage = AlertStage.Confirmed,
        Problem = MemoryProblem.ManagedLeak,
        Message = "",
        Diagnosis = Diagnoses.Confirmed,
        Evidence = EvidenceResult.Of(new LeakSuspect("static A.B") { Fingerprint = fingerprint }),
    };
}
