using MemGuard.Faults;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Tests.Sampling;

public sealed class LoadReaderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly InternalFaults _faults = new(NullLogger.Instance, TimeProvider.System);

    [Fact]
    public void Read_SignalAnswers_IsTheAnswerToTheQuestionBefore()
    {
        LoadReader reader = new(static () => 42, _faults);

        Assert.Null(reader.Read());
        Assert.True(SpinWait.SpinUntil(() => reader.Read() == 42, Patience));
    }

    [Fact]
    public void Read_SignalHangs_IsUnknownAndAskedOnce()
    {
        using ManualResetEventSlim release = new();
        using ManualResetEventSlim entered = new();
        int asked = 0;
        LoadReader reader = new(
            () =>
            {
                Interlocked.Increment(ref asked);
                entered.Set();
                release.Wait(CancellationToken.None);
                return 1;
            },
            _faults);
        reader.Read();
        Assert.True(entered.Wait(Patience));

        Assert.All(Enumerable.Range(0, 100), _ => Assert.Null(reader.Read()));
        Assert.Equal(1, asked);
        release.Set();
        Assert.True(SpinWait.SpinUntil(() => reader.Read() == 1, Patience));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Read_SignalIsNoNumber_IsUnknown(double value)
    {
        int asked = 0;
        LoadReader reader = new(
            () =>
            {
                Interlocked.Increment(ref asked);
                return value;
            },
            _faults);

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Assert.Null(reader.Read());
                return Volatile.Read(ref asked) > 3;
            },
            Patience));
    }

    [Fact]
    public void Read_SignalThrows_IsReportedAndAskedAgain()
    {
        LoadReader reader = new(static () => throw new InvalidOperationException("broken"), _faults);

        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                Assert.Null(reader.Read());
                return _faults.TotalCount > 3;
            },
            Patience));
    }
}
