using MemGuard.Costs;

namespace MemGuard.Tests.Costs;

public sealed class OwnCostsTests
{
    private readonly OwnCosts _costs = new();

    [Fact]
    public void Meter_StepsOfAThread_AddItsWorkToItsPart()
    {
        int left = 3;
        byte[][] kept = new byte[3][];
        Thread thread = new(() =>
        {
            Func<bool> step = _costs.Meter(CostPart.Alerts, () =>
            {
                kept[--left] = new byte[100_000];
                return left > 0;
            });
            while (step())
            {
            }
        });
        thread.Start();
        thread.Join();

        Assert.InRange(_costs.GetAllocatedBytes(CostPart.Alerts), 300_000, 1_000_000);
        Assert.Equal(0, _costs.GetAllocatedBytes(CostPart.Sampling));
        Assert.Equal(OperatingSystem.IsLinux(), _costs.GetProcessorTime(CostPart.Alerts) > TimeSpan.Zero);
    }

    [Fact]
    public void Meter_OneReadingEveryFewSteps_LosesNothingAtTheEnd()
    {
        List<long> read = [];
        Thread thread = new(() =>
        {
            int left = 25;
            Func<bool> step = _costs.Meter(
                CostPart.Sampling,
                () =>
                {
                    read.Add(_costs.GetAllocatedBytes(CostPart.Sampling));
                    GC.KeepAlive(new byte[100_000]);
                    return --left > 0;
                },
                every: 10);
            while (step())
            {
            }
        });
        thread.Start();
        thread.Join();

        Assert.Equal([0, 1, 11, 21], read.Distinct().Select(bytes => read.IndexOf(bytes)));
        Assert.InRange(_costs.GetAllocatedBytes(CostPart.Sampling), 2_500_000, 3_000_000);
    }

    [Fact]
    public void Meter_StepThrows_ItsWorkCountsAndTheExceptionPasses()
    {
        Func<bool> step = _costs.Meter(CostPart.Logger, static () => throw new InvalidOperationException(new string('x', 10_000)));

        Assert.Throws<InvalidOperationException>(() => step());
        Assert.InRange(_costs.GetAllocatedBytes(CostPart.Logger), 20_000, long.MaxValue);
    }

    [Fact]
    public void Note_AfterTheFirst_AllocatesNothing()
    {
        ThreadMeter meter = new(_costs, CostPart.Sampling);
        meter.Note();
        long before = GC.GetAllocatedBytesForCurrentThread();

        for (int i = 0; i < 1000; i++)
        {
            meter.Note();
        }

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }

    [Fact]
    public void GetDisk_DirectoryNotLookedAt_IsUnknown()
    {
        Assert.Null(_costs.GetDisk(CostPart.Reports));
        Assert.Null(_costs.GetDisk(CostPart.Snapshots));
        Assert.Equal(new DiskUse(0, 0), _costs.GetDisk(CostPart.Recording));

        _costs.SetDisk(CostPart.Reports, 0, 0);

        Assert.Equal(new DiskUse(0, 0), _costs.GetDisk(CostPart.Reports));
    }

    [Fact]
    public void AddDisk_WrittenAndDeleted_LeavesWhatLies()
    {
        _costs.AddDisk(CostPart.Recording, 500, 2);
        _costs.AddDisk(CostPart.Recording, -200, -1);

        Assert.Equal(new DiskUse(300, 1), _costs.GetDisk(CostPart.Recording));
    }

    [Fact]
    public void Read_OfThisThread_NeverFallsAndRises()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.Null(ThreadClock.Read());
            return;
        }

        TimeSpan first = ThreadClock.Read()!.Value;
        TimeSpan last = first;
        while (last == first)
        {
            TimeSpan now = ThreadClock.Read()!.Value;
            Assert.True(now >= last);
            last = now;
        }
    }
}
