namespace MemGuard.Bounded.Tests.Shared;

public sealed class OwnThreadTests
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public void TryStart_StepThrows_IsToldAndTakenAgain()
    {
        int steps = 0;
        List<string> failures = [];

        Thread? thread = OwnThread.TryStart("test", () => ++steps < 3 ? throw new InvalidOperationException($"planted {steps}") : false, failure => failures.Add(failure.Message));

        Assert.True(thread!.Join(Patience));
        Assert.Equal(["planted 1", "planted 2"], failures);
    }

    [Fact]
    public void TryStart_EvenTheReportThrows_TheThreadGoesOn()
    {
        int steps = 0;

        Thread? thread = OwnThread.TryStart("test", () => ++steps < 2 ? throw new InvalidOperationException() : false, static _ => throw new OutOfMemoryException());

        Assert.True(thread!.Join(Patience));
        Assert.Equal(2, steps);
    }

    [Fact]
    public void TryStart_Always_IsABackgroundThreadOfItsName()
    {
        using ManualResetEventSlim end = new();
        Thread? thread = OwnThread.TryStart("MemGuard test", () => !end.Wait(Patience), static _ => { });

        Assert.Equal(("MemGuard test", true), (thread!.Name, thread.IsBackground));
        end.Set();
        Assert.True(thread.Join(Patience));
    }
}
