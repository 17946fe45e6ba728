using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Allocations;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Allocations;

[Collection(nameof(NativeMemoryGroup))]
public sealed class AllocationProfilerTests
{
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public async Task ProfileAsync_TypeAndMethodThatAllocateMost_StandFirstWithTheirShare()
    {
        using CancellationTokenSource end = new();
        Task<(long Hot, long All)> work = Task.Factory.StartNew(() => Allocate(end.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        AllocationProfileResult result = await Create().ProfileAsync(TimeSpan.FromMinutes(1));
        await end.CancelAsync();
        (long hot, long all) = await work;

        Assert.Null(result.RefusedBecause);
        AllocationProfile profile = result.Profile!;
        double planted = (double)hot / all;
        AllocatedType type = profile.Types[0];
        AllocatingMethod method = profile.Methods[0];
        Assert.Equal("AllocationProfilerTests.HotRow", type.Name);
        Assert.EndsWith("AllocationProfilerTests.MakeRow", method.Name, StringComparison.Ordinal);
        Assert.Equal(method.Name, type.TopMethod);
        Assert.Null(method.Through);
        Assert.InRange(type.ShareRatio, 0.8 * planted, 1.2 * planted);
        Assert.True(type.IsReliable);
        Assert.InRange(profile.SampleCount, 1000, 20_000);
        Assert.Equal(0, profile.LostEvents);
        Assert.Contains("HotRow", profile.ToString(), StringComparison.Ordinal);
        Assert.Contains("in AllocationProfilerTests.MakeRow", profile.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProfileAsync_NothingMuchIsAllocated_SaysThatItIsTooLittle()
    {
        AllocationProfileResult result = await Create().ProfileAsync(TimeSpan.FromMilliseconds(100));

        Assert.Contains("too few to tell", result.Profile!.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProfileAsync_Cancelled_Ends()
    {
        using CancellationTokenSource cancelled = new();
        Task<AllocationProfileResult> profile = Create().ProfileAsync(TimeSpan.FromMinutes(1), cancelled.Token);

        await cancelled.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => profile);
        await WaitUntilFree();
    }

    [Fact]
    public async Task ProfileAsync_Often_LeavesNoDescriptorAndNoThread()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        // The first one opens what the runtime's sockets need.
        Assert.Null((await Create().ProfileAsync(TimeSpan.FromMilliseconds(100))).RefusedBecause);
        int descriptors = Directory.GetFiles("/proc/self/fd").Length;

        for (int i = 0; i < (SoakLength.IsLong ? 50 : 5); i++)
        {
            Assert.Null((await Create().ProfileAsync(TimeSpan.FromMilliseconds(100))).RefusedBecause);
        }

        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors + 2);

        // A thread gives its result before it has come to its end.
        Assert.True(SpinWait.SpinUntil(static () => !Array.Exists(Directory.GetDirectories("/proc/self/task"), IsProfiling), TimeSpan.FromSeconds(30)), "a thread is left");
    }

    [Fact]
    public async Task ProfileAsync_AnotherRuns_IsRefused()
    {
        using CancellationTokenSource cancelled = new();
        Task<AllocationProfileResult> first = Create().ProfileAsync(TimeSpan.FromMinutes(1), cancelled.Token);

        AllocationProfileResult second = await Create().ProfileAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("another allocation profile is being taken", second.RefusedBecause);
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        await WaitUntilFree();
    }

    [Fact]
    public async Task ProfileAsync_HourIsUsedUp_IsRefusedUntilItIsOver()
    {
        AllocationProfiler profiler = new(static () => "nowhere", _time, NullLogger.Instance);
        for (int i = 0; i < 12; i++)
        {
            AllocationProfileResult failed = await profiler.ProfileAsync(TimeSpan.FromSeconds(1));
            Assert.StartsWith("it failed", failed.RefusedBecause, StringComparison.Ordinal);
        }

        AllocationProfileResult refused = await profiler.ProfileAsync(TimeSpan.FromSeconds(1));
        _time.Advance(TimeSpan.FromHours(1));
        AllocationProfileResult later = await profiler.ProfileAsync(TimeSpan.FromSeconds(1));

        Assert.Equal("12 allocation profiles were taken in the last hour; the next may be in 60 min", refused.RefusedBecause);
        Assert.StartsWith("it failed", later.RefusedBecause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ProfileAsync_NoEndpoint_IsRefusedWithTheReason()
    {
        AllocationProfileResult result = await new AllocationProfiler(static () => null, _time, NullLogger.Instance).ProfileAsync(TimeSpan.FromSeconds(1));

        Assert.Contains("no diagnostics endpoint", result.RefusedBecause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.05)]
    [InlineData(61)]
    public async Task ProfileAsync_DurationOutOfRange_SaysTheRange(double seconds)
    {
        ArgumentOutOfRangeException error = await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => Create().ProfileAsync(TimeSpan.FromSeconds(seconds)));

        Assert.Contains("from 100 milliseconds to 1 minute", error.Message, StringComparison.Ordinal);
    }

    private static async Task WaitUntilFree()
    {
        while ((await Create().ProfileAsync(TimeSpan.FromMilliseconds(100))).RefusedBecause is { } because)
        {
            Assert.Equal("another allocation profile is being taken", because);
            await Task.Yield();
        }
    }

    private static bool IsProfiling(string thread) => ReadName(thread).StartsWith("MemGuard profil", StringComparison.Ordinal);

    private static string ReadName(string thread)
    {
        try
        {
            return File.ReadAllText(Path.Combine(thread, "comm"));
        }
        catch (IOException)
        {
            // Ended meanwhile.
            return "";
        }
    }

    private static AllocationProfiler Create() => new(TimeProvider.System, NullLogger.Instance);

    // Three kinds in a fixed proportion.
    private static (long Hot, long All) Allocate(CancellationToken end)
    {
        long hot = 0, all = 0;
        while (!end.IsCancellationRequested)
        {
            for (int i = 0; i < 1000; i++)
            {
                GC.KeepAlive(MakeRow());
                GC.KeepAlive(MakeText(i));
                GC.KeepAlive(MakeBuffer());
            }

            // Sixteen bytes before the content of an object, 22 before that of a string, 24 before that of an array; rounded up to 8.
            hot += 1000 * 136;
            all += 1000 * (136 + 64 + 56);
        }

        return (hot, all);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static HotRow MakeRow() => new();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static string MakeText(int i) => new((char)('a' + (i % 20)), 20);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static byte[] MakeBuffer() => new byte[32];

    [StructLayout(LayoutKind.Sequential, Size = 120)]
    private sealed class HotRow;
}
