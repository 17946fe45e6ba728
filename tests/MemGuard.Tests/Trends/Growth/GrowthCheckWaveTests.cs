using MemGuard.Sampling;
using MemGuard.Trends;

namespace MemGuard.Tests.Trends;

/// <summary>What rises for half of a day and falls for the other is no leak, though it looks like one until noon.</summary>
public sealed class GrowthCheckWaveTests
{
    private const double Hour = 3600;

    /// <summary>Connections whose number nobody counts, from the lowest to the highest of their first day.</summary>
    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void Observe_ConnectionsOfTheFirstDay_AreNotConfirmed(double troughHours)
    {
        SyntheticService service = Connections(troughHours);

        Assert.False(IsConfirmed(service, TrendRules.Default));
        Assert.True(IsConfirmed(service, TrendRules.Default with { Window = new WindowRules { LeastWaveRatio = 0 } }));
    }

    [Fact]
    public void Observe_ConnectionsOfTheFirstDay_StaySuspected()
    {
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = false });
        List<GrowthStage?> stages = [];
        foreach (MemorySample sample in Connections(troughHours: 3).Run(20 * Hour))
        {
            stages.Add(detector.Observe(sample).Growth?.Stage);
        }

        Assert.Contains(GrowthStage.Suspected, stages);
        Assert.DoesNotContain(GrowthStage.Confirmed, stages);
    }

    /// <summary>A wave falls each day by what it rises; what has hardly fallen for more than a day is none.</summary>
    [Theory]
    [InlineData(29, 10, true)]
    [InlineData(45, 10, false)]
    [InlineData(45, 70, true)]
    public void Examine_RiseLikeHalfOfADay_IsAWaveOnlyIfTheDayBeforeFellToo(double uptimeHours, double fall, bool isWave)
    {
        const int Hours = 9;
        SyntheticWindow window = RisingHalf(Hours) with { Begins = (uptimeHours - Hours) * Hour };
        PeakHistory peaks = new();
        for (int i = 0; i < 60; i++)
        {
            peaks.Add(i * 1800, (100 + (i is > 20 and < 30 ? fall : 0)) * SyntheticService.Megabyte);
        }

        GrowthEvidence evidence = window.Examine(window.Demands(0.3) with { Peaks = peaks, Rules = Allowed.Rules });

        Assert.Equal(isWave, !double.IsNaN(evidence.WaveRatio));
    }

    /// <summary>From the trough to the crest: as straight in the middle as a leak.</summary>
    [Theory]
    [InlineData(0.30, true)]
    [InlineData(0.51, false)]
    public void Examine_RisingHalfOfADay_IsAWaveUnlessHalfOfTheHeadroomIsGone(double urgency, bool fails) =>
        Assert.Equal(fails, RisingHalf(hours: 9).Examine(urgency).Failed == GrowthTest.Wave);

    [Fact]
    public void Examine_RisingHalfOfADay_IsToldWithTheTroughBeforeTheWindow()
    {
        double ofWindow = (RisingHalf(hours: 5) with { Begins = 8 * Hour }).Examine(Allowed).WaveRatio;
        GrowthEvidence ofAll = RisingHalf(hours: 5, older: 12).Examine(Allowed);

        Assert.Equal(double.NaN, ofWindow);
        Assert.Equal(GrowthTest.Wave, ofAll.Failed);
    }

    [Fact]
    public void Examine_HoursOfALine_AreNoWave()
    {
        SyntheticWindow window = new() { Levels = [.. SyntheticWindow.Line(24, 100, 2).Select(static (level, i) => level + (i * 7 % 5))], WidthSeconds = 14 * Hour / 23 };

        GrowthEvidence evidence = window.Examine(0.3);

        Assert.Equal(GrowthTest.None, evidence.Failed);
        Assert.InRange(evidence.WaveRatio, 1.25, 100);
    }

    /// <summary>Around the steepest hour of a wave of one day, with a little noise and as many points of equal distance before the window.</summary>
    private static SyntheticWindow RisingHalf(double hours, int older = 0)
    {
        double width = hours * Hour / 23;
        double[] levels = [.. Enumerable.Range(-older, 24 + older).Select(i => 200 + (60 * Math.Sin(2 * Math.PI * ((width * i) - (hours * Hour / 2)) / (24 * Hour))) + (0.1 * ((i + older) * 7 % 5)))];
        return new() { Levels = levels, WidthSeconds = width, Older = older, Begins = Hour };
    }

    /// <summary>Whatever the halves of the window say.</summary>
    private static GrowthDemands Allowed => RisingHalf(hours: 9).Demands(0.3) with
    {
        Rules = TrendRules.Default with { Window = new WindowRules { LeastHalfSlopeRatio = 0, LargestSlopeWidth = 100 } },
    };

    private static SyntheticService Connections(double troughHours) => new()
    {
        IntervalSeconds = 30,
        FullEvery = 120,
        Live = time => 200 - (60 * Math.Cos(2 * Math.PI * (time - (troughHours * Hour)) / (24 * Hour))) + ((int)(time / 120) * 7 % 5),
        Limit = 700 * SyntheticService.Megabyte,
    };

    private static bool IsConfirmed(SyntheticService service, TrendRules rules, double hours = 20)
    {
        TrendDetector detector = new(new TrendSettings { ConfirmWithFullCollection = false }, rules);
        foreach (MemorySample sample in service.Run(hours * Hour))
        {
            if (detector.Observe(sample).Growth?.Stage == GrowthStage.Confirmed)
            {
                return true;
            }
        }

        return false;
    }
}
