using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Sixty timers lie in the runtime's queue: the suspect says what they are for.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class TimersTests
{
    private static readonly Type QueueTimer = typeof(object).Assembly.GetType("System.Threading.TimerQueueTimer", throwOnError: true)!;
    private static readonly Type Delay = typeof(object).Assembly.GetType("System.Threading.Tasks.Task+DelayPromise", throwOnError: true)!;

    [Fact]
    public void Suspect_DelaysOfTasks_AreWaitsThatMayEnd()
    {
        HeapDominator suspect = Suspect(static _ => Of(QueueTimer, Of<TimerCallback>(), Of(Delay, Of<Action>(Of<Page>().Sized(200)))));

        Assert.Equal(("timers → TimersTests.Page", "let the wait end: pass it a cancellation token, or a shorter time"), (suspect.Name, suspect.NextStep));
        Assert.Equal(HolderKind.Unknown, suspect.HolderKind);
    }

    [Fact]
    public void Suspect_SourcesThatCancelAfterATime_AreToBeDisposed()
    {
        HeapDominator suspect = Suspect(static _ => Of(QueueTimer, Of<CancellationTokenSource>().Sized(300)));

        Assert.Equal("timers → CancellationTokenSource", suspect.Name);
        Assert.Equal("dispose each CancellationTokenSource when its work ends: that ends its timer too", suspect.NextStep);
        Assert.Equal((60L, "timers", HolderKind.Lasting), (suspect.Count, suspect.CountUnit, suspect.HolderKind));
    }

    [Fact]
    public void Suspect_SourcesThatSomebodyWaitsFor_SayWho() =>
        Assert.Equal("timers → CancellationTokenSource (TimersTests.Page)", Suspect(static _ => Of(QueueTimer, Of<CancellationTokenSource>(Of<Page>().Sized(300)))).Name);

    // A logger, say, that all callbacks use is not what they are for.
    [Fact]
    public void Suspect_SomethingThatAllTimersShare_IsNotWhatWaits()
    {
        HeapObject log = Of<Log>();

        HeapDominator suspect = Suspect(_ => Of(QueueTimer, Of<TimerCallback>(log), Of<object[]>(Of<Page>().Sized(300))));

        Assert.Equal(("timers → TimersTests.Page", "dispose the timers, or hold them in a GuardedTimer"), (suspect.Name, suspect.NextStep));
    }

    [Fact]
    public void Suspect_TimersOfSeveralClasses_NamesTheMostFrequentWithItsShare() =>
        Assert.Equal("timers → 75 % TimersTests.Page", Suspect(static i => Of(QueueTimer, Of<TimerCallback>(i % 4 == 0 ? Of<Log>().Sized(300) : Of<Page>().Sized(300)))).Name);

    [Fact]
    public void Suspect_TimersOfNobodyKnown_AreTimers()
    {
        HeapDominator suspect = Suspect(static _ => Of(QueueTimer, Of<byte[]>().Sized(300)));

        Assert.Equal(("timers", 60L, "timers"), (suspect.Name, suspect.Count, suspect.CountUnit));
        Assert.Null(suspect.ElementTypeName);
    }

    private static HeapDominator Suspect(Func<int, HeapObject> make)
    {
        using HeapPicture heap = new();
        for (int i = 0; i < 60; i++)
        {
            heap.Root(make(i), HeapRootKind.Handle);
        }

        return heap.Suspect();
    }

    private sealed class Page;

    private sealed class Log;
}
