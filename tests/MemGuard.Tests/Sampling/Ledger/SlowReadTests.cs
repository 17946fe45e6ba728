using MemGuard.Sampling;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Sampling;

public sealed class SlowReadTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly SlowRead _read;

    public SlowReadTests() => _read = new SlowRead(_time, Period);

    [Fact]
    public void IsDue_Never_Read_IsDueAtOnceThenAfterThePeriod()
    {
        Assert.True(_read.IsDue(default));
        Run(default, 1);

        Assert.False(_read.IsDue(TimeSpan.FromSeconds(29.9)));
        Assert.True(_read.IsDue(Period));
    }

    [Theory]
    [InlineData(1, 30)]
    [InlineData(6, 180)]
    [InlineData(1000, 3600)]
    public void IsDue_Stretched_IsRarerButNeverBeyondTheLongestPeriod(int stretch, int seconds)
    {
        Run(default, 1);

        _read.Stretch = stretch;

        Assert.False(_read.IsDue(TimeSpan.FromSeconds(seconds - 0.1)));
        Assert.True(_read.IsDue(TimeSpan.FromSeconds(seconds)));
    }

    [Fact]
    public void Run_TakesMoreThanTenMilliseconds_DoublesThePeriodUpToAnHour()
    {
        Run(default, 11);
        Assert.Equal(Period * 2, _read.Period);

        for (int i = 0; i < 20; i++)
        {
            Run(default, 219);
        }

        Assert.Equal(TimeSpan.FromHours(1), _read.Period);
    }

    [Fact]
    public void Run_CheapAgain_ComesBackToThePeriod()
    {
        Run(default, 11);
        Run(default, 11);
        Run(default, 1);
        Run(default, 1);
        Run(default, 1);

        Assert.Equal(Period, _read.Period);
    }

    [Fact]
    public void Run_Throws_StillCountsAsRead()
    {
        Assert.Throws<IOException>(() => _read.Run<int>(default, static () => throw new IOException()));

        Assert.False(_read.IsDue(TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public void IsAffordable_AfterAReadOfFiveMilliseconds_WaitsTwentySeconds()
    {
        Run(default, 5);

        Assert.False(_read.IsAffordable(TimeSpan.FromSeconds(19)));
        Assert.True(_read.IsAffordable(TimeSpan.FromSeconds(20)));
    }

    private void Run(TimeSpan elapsed, int milliseconds) => _read.Run(
        elapsed,
        () =>
        {
            _time.Advance(TimeSpan.FromMilliseconds(milliseconds));
            return 0;
        });
}
