using MemGuard.Faults;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.Tests.Faults;

public sealed class PartSwitchesTests
{
    private readonly FakeLogger _logger = new();
    private readonly FakeTimeProvider _time = new();
    private readonly InternalFaults _faults;
    private bool _isBroken = true;
    private int _runs;

    public PartSwitchesTests() => _faults = new InternalFaults(_logger, _time);

    private IEnumerable<int> Said => _logger.Collector.GetSnapshot().Select(static line => line.Id.Id).Where(static id => id != 1000);

    [Fact]
    public void RunPart_FailsFiveTimesInARow_IsSwitchedOffAndThatIsSaidOnce()
    {
        Run(times: 100);

        Assert.Equal(PartSwitches.FailuresInARow, _runs);
        Assert.Equal([1005], Said);
        Assert.Equal(("a part", true, 1L), Assert.Single(_faults.Parts));
        Assert.Equal(PartSwitches.FailuresInARow, _faults.TotalCount);
        Assert.Equal("MemGuard: a part failed 5 times in a row and is switched off for 1 min, then tried again, ever more rarely while it fails. The service is not affected. Next: see the exception of event 1000.", _logger.LatestRecord.Message);
    }

    [Fact]
    public void RunPart_WorksInBetween_IsNeverSwitchedOff()
    {
        for (int i = 0; i < 100; i++)
        {
            _isBroken = i % 5 != 4;
            Run(times: 1);
        }

        Assert.Equal(100, _runs);
        Assert.Empty(Said);
    }

    [Fact]
    public void RunPart_StillBroken_IsTriedOnceAfterEachDoublingUpToAnHour()
    {
        List<double> tries = [];
        Run(times: 5);
        for (int minute = 0; minute < 4 * 60; minute++)
        {
            _time.Advance(TimeSpan.FromMinutes(1));
            int before = _runs;
            Run(times: 3);
            if (_runs > before)
            {
                Assert.Equal(before + 1, _runs);
                tries.Add(minute + 1);
            }
        }

        Assert.Equal([1, 3, 7, 15, 31, 63, 123, 183], tries);
        Assert.Equal([1005], Said);
    }

    [Fact]
    public void RunPart_WorksAgain_IsSwitchedOnSaidOnceAndForgiven()
    {
        Run(times: 5);
        _isBroken = false;
        _time.Advance(PartSwitches.ShortestOff);

        Run(times: 10);

        Assert.Equal(15, _runs);
        Assert.Equal([1005, 1006], Said);
        Assert.Equal(LogLevel.Information, _logger.LatestRecord.Level);
        Assert.Equal(("a part", false, 1L), Assert.Single(_faults.Parts));

        _isBroken = true;
        Run(times: 4);
        Assert.Equal(19, _runs);
    }

    [Fact]
    public void MayRun_TheOneTryIsUnderWay_NobodyElseMay()
    {
        Run(times: 5);
        _time.Advance(PartSwitches.ShortestOff);

        Assert.True(_faults.MayRun("a part"));
        Assert.False(_faults.MayRun("a part"));
        Assert.True(_faults.MayRun("another part"));
    }

    [Fact]
    public void GetPart_SwitchedOff_GivesTheOther()
    {
        for (int i = 0; i < 5; i++)
        {
            Assert.Equal(-1, _faults.GetPart("a part", 0, static _ => throw new InvalidOperationException("broken"), -1));
        }

        Assert.Equal(-1, _faults.GetPart("a part", 7, static value => value, -1));
        _time.Advance(PartSwitches.ShortestOff);
        Assert.Equal(7, _faults.GetPart("a part", 7, static value => value, -1));
    }

    [Fact]
    public void Run_WhatIsNoPart_IsNeverSwitchedOff()
    {
        for (int i = 0; i < 100; i++)
        {
            _faults.Run("sampling", () =>
            {
                _runs++;
                throw new InvalidOperationException("broken");
            });
        }

        Assert.Equal(100, _runs);
    }

    [Fact]
    public void RunPart_NothingFails_AllocatesNothing()
    {
        Action<PartSwitchesTests> work = static _ => { };
        _faults.RunPart("a part", this, work);
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            _faults.RunPart("a part", this, work);
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    private void Run(int times)
    {
        for (int i = 0; i < times; i++)
        {
            _faults.RunPart("a part", this, static self =>
            {
                self._runs++;
                if (self._isBroken)
                {
                    throw new InvalidOperationException("broken");
                }
            });
        }
    }
}
