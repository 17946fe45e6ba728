using MemGuard.Containers;
using MemGuard.Recording;
using MemGuard.Sampling;

namespace MemGuard.Tests.Recording;

public sealed class PreviousRunVerdictTests
{
    private static readonly VerdictFacts SameMachine = new(Boxes.Boot, null, null, static (_, _) => null) { Links = new HelpLinks("https://example.com") };

    // An existing directory: it has a number.
    private static readonly ContainerDetails Group = new() { GroupDirectory = Path.GetTempPath(), KillCount = 2 };
    private static readonly long? GroupId = FileOwner.FindInode(Path.GetTempPath());

    [Fact]
    public void Judge_RunningAndOtherBoot_MachineStopped() =>
        Assert.Equal(PreviousRunEnd.MachineStopped, Judge(Boxes.Record([Boxes.Sample(1, 250)]), SameMachine with { BootId = "another" }).End);

    [Fact]
    public void Judge_EndedAndOtherBoot_Orderly() =>
        Assert.Equal(PreviousRunEnd.Orderly, Judge(Boxes.Record([Boxes.Sample(1, 50)], notes: static notes => notes.Ended(0)), SameMachine with { BootId = "another" }).End);

    [Fact]
    public void Judge_KillCountedInTheSameGroup_KilledForMemory()
    {
        PreviousRun run = Judge(Boxes.Record([Boxes.Sample(1, 50)], Group), SameMachine with { GroupId = GroupId, KillCount = 3 });

        Assert.Equal((PreviousRunEnd.KilledForMemory, 1), (run.End, run.KillsSince));
        Assert.Contains("the group counted 1 OOM kill: killed for memory", run.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, 0)]
    [InlineData(3, 1)]
    public void Judge_NoKillCountedOrAnotherGroup_NotKilledForMemory(long killCount, long otherGroup) =>
        Assert.Equal(PreviousRunEnd.Abrupt, Judge(Boxes.Record([Boxes.Sample(1, 50)], Group), SameMachine with { GroupId = GroupId + otherGroup, KillCount = killCount }).End);

    [Theory]
    [InlineData(100, 229, PreviousRunEnd.Abrupt)]
    [InlineData(229, 231, PreviousRunEnd.LikelyKilledForMemory)]
    [InlineData(100, 180, PreviousRunEnd.LikelyKilledForMemory)]
    [InlineData(200, 220, PreviousRunEnd.Abrupt)]
    public void Judge_EndedWithoutAWord_NearnessAndSpeedDecide(long before, long last, PreviousRunEnd expected)
    {
        // A step of 129 MB would have been seen at 229 MB: there it is not the last one.
        long between = expected == PreviousRunEnd.Abrupt ? last : before;

        Assert.Equal(expected, Judge(Boxes.Record([Boxes.Sample(1, before), Boxes.Sample(2, between), Boxes.Sample(3, last)]), SameMachine).End);
    }

    [Fact]
    public void Judge_NoLimitKnown_Abrupt() =>
        Assert.Equal(PreviousRunEnd.Abrupt, Judge(Boxes.Record([Boxes.Sample(1, 250) with { MemoryLimitBytes = null }]), SameMachine).End);

    [Fact]
    public void Judge_CrashReportLiesThere_Crashed()
    {
        PreviousRun run = Judge(Boxes.Record([Boxes.Sample(1, 50)]), SameMachine with { FindCrashReport = static (process, _) => $"/tmp/core.{process}" });

        Assert.Equal((PreviousRunEnd.Crashed, "/tmp/core.4711"), (run.End, run.CrashReport));
    }

    [Fact]
    public void Judge_StoppingAndNothingElse_KilledWhileStopping() =>
        Assert.Equal(PreviousRunEnd.KilledWhileStopping, Judge(Boxes.Record([Boxes.Sample(1, 50)], notes: static notes => notes.Stopping()), SameMachine).End);

    [Fact]
    public void Judge_StopTakenBackByAnotherHost_NotStopping() => Assert.Equal(
        PreviousRunEnd.Abrupt,
        Judge(
            Boxes.Record(
                [Boxes.Sample(1, 50)],
                notes: static notes =>
                {
                    notes.Stopping();
                    notes.Running();
                }),
            SameMachine).End);

    [Theory]
    [InlineData(60, true)]
    [InlineData(20, false)]
    public void Judge_FailedAllocationAndOrderlyEnd_FullHeapAloneIsWorthAWord(long heapMegabytes, bool expected)
    {
        PreviousRun run = Judge(
            Boxes.Record(
                [Boxes.Sample(1, 50)],
                notes: notes =>
                {
                    notes.OutOfMemory(heapMegabytes * Boxes.MB);
                    notes.Ended(0);
                }),
            SameMachine);

        Assert.Equal((PreviousRunEnd.Orderly, expected), (run.End, run.WasOutOfMemory));
        Assert.Equal(expected, run.Message.Contains("OutOfMemoryException", StringComparison.Ordinal));
    }

    [Fact]
    public void Judge_GrowingProcess_OneLineSaysAllOfIt()
    {
        PreviousRun run = Judge(
            Boxes.Record(
                Enumerable.Range(0, 181).Select(static second => Boxes.Sample(11_340 + second, 71 + second)),
                Group,
                new OpenProblem("unmanaged_growth", "memory outside the heap 51 → 231 MB in 3 min", "519 objects: SKBitmap in static Thumbnails._kept")),
            SameMachine with { GroupId = GroupId, KillCount = 3 });

        Assert.Equal(
            "The process before (pid 4711, 3 h 12 min) ended without shutdown at 251 of 256 MB, unmanaged growth +60.0 MB/min for 3 min 0 s; the group counted 1 OOM kill: killed for memory."
            + " Its open diagnosis: unmanaged growth, memory outside the heap 51 → 231 MB in 3 min. Suspect: 519 objects: SKBitmap in static Thumbnails._kept."
            + " Next: bound what grew, or raise the limit. https://example.com/what-happened-to-my-pod.md#137",
            run.Message);
        Assert.Equal(251 * Boxes.MB, run.LastSamples[^1].ContainerUsageBytes);
    }

    [Theory]
    [InlineData(3, 2, false)]
    [InlineData(3, 40, true)]
    [InlineData(12, 2, true)]
    public void Judge_FirstSeconds_OnlyABurstIsGrowth(int seconds, int megabytesASecond, bool isSaid)
    {
        PreviousRun run = Judge(Boxes.Record(Enumerable.Range(0, seconds).Select(second => Boxes.Sample(second + 1, 30 + (second * megabytesASecond)))), SameMachine);

        Assert.Equal(isSaid, run.Message.Contains("growth +", StringComparison.Ordinal));
    }

    [Fact]
    public void Judge_HostileTexts_StayOneLine()
    {
        PreviousRun run = Judge(Boxes.Record([Boxes.Sample(1, 50)], problem: new OpenProblem("x", "a\nwarn: forged", "\u001b[31mred")), SameMachine);

        Assert.DoesNotContain('\n', run.Message);
        Assert.DoesNotContain('\u001b', run.Message);
    }

    private static PreviousRun Judge(BlackBoxRecord record, VerdictFacts facts) => PreviousRunVerdict.Judge(record, facts);
}
