using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>When a frozen child is ended before it is read.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class ChildGuardTests : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly FakeTimeProvider _time = new();
    private readonly FrozenChild _child = FrozenChild.Create(ForkStub.Create(out _)!, Probe, isCallFiltered: false);
    private long _looks;
    private long _freeBytes = 1L << 30;

    private static ulong Probe => (ulong)typeof(object).TypeHandle.Value;

    public void Dispose() => _child.Dispose();

    [Fact]
    public void Watch_ReadingWouldTakeTooLong_EndsItEarly()
    {
        using ChildGuard guard = Guard();
        guard.ExpectedBytes = 1 << 30;

        LookAfter(TimeSpan.FromSeconds(6));

        Assert.Equal("reading the heap would take longer than 60 s: 0 % was read in 6 s, on a machine that is too busy", _child.EndedBecause);
    }

    [Fact]
    public void Watch_ReadingInTime_LetsItLive()
    {
        using ChildGuard guard = Guard();
        guard.ExpectedBytes = 2 * _child.Memory.BytesRead;

        LookAfter(TimeSpan.FromSeconds(25));

        Assert.Null(_child.EndedBecause);
    }

    [Fact]
    public void Watch_TooOld_EndsIt()
    {
        using ChildGuard guard = Guard();

        LookAfter(TimeSpan.FromSeconds(61));

        Assert.Equal("reading the heap took longer than 60 s", _child.EndedBecause);
    }

    [Fact]
    public void Watch_MemoryRunsShort_EndsIt()
    {
        using ChildGuard guard = Guard();
        Interlocked.Exchange(ref _freeBytes, 10 << 20);

        LookAfter(TimeSpan.Zero);

        Assert.Equal("memory ran short while the heap was read: 10 MB were left", _child.EndedBecause);
    }

    private ChildGuard Guard() => new(_child, Look, floorBytes: 28 << 20, Longest, _time);

    private long? Look()
    {
        Interlocked.Increment(ref _looks);
        return Interlocked.Read(ref _freeBytes);
    }

    // One look may have begun before the clock moved; when a third begins the second has come to its end.
    private void LookAfter(TimeSpan time)
    {
        _time.Advance(time);
        long looks = Interlocked.Read(ref _looks);
        SpinWait.SpinUntil(() => _child.EndedBecause is not null || Interlocked.Read(ref _looks) >= looks + 3, TimeSpan.FromSeconds(30));
    }
}
