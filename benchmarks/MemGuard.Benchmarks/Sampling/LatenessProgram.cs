using System.Diagnostics;
using MemGuard.Faults;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging.Abstractions;

namespace MemGuard.Benchmarks.Sampling;

/// <summary>How late the sampler is while every thread of the pool is blocked, beside a periodic timer in the same process.</summary>
internal static class LatenessProgram
{
    private const int LargestAcceptedMilliseconds = 100;

    public static int Run(string[] args)
    {
        int seconds = args is [string given] ? int.Parse(given) : 10;
        TimeSpan interval = TimeSpan.FromMilliseconds(100);
        int ticks = 0;
        SamplingSettings settings = new() { Interval = interval };
        MemorySampler sampler = MemorySampler.Create(settings, TimeProvider.System, new InternalFaults(NullLogger.Instance, TimeProvider.System));
        double worst = 0;
        SamplingLoop? running = null;
        using SamplingLoop loop = running = new SamplingLoop(sampler, settings, TimeProvider.System, _ =>
        {
            ticks++;
            worst = Math.Max(worst, running!.LastLateness.TotalMilliseconds);
        });

        // Never disposed: work items that come to their turn after the end still ask for it.
        TaskCompletionSource release = new();
        int timerTicks = 0;
        using CancellationTokenSource stop = new();
        _ = CountTimerTicksAsync(interval, () => timerTicks++, stop.Token);
        Starve(release);
        loop.Start();
        Thread.Sleep(TimeSpan.FromSeconds(seconds));
        loop.Dispose();
        stop.Cancel();
        release.SetResult();

        Console.WriteLine($"Thread pool starved for {seconds} s, interval {interval.TotalMilliseconds:0} ms:");
        Console.WriteLine($"  sampler         {ticks,5} ticks, at most {worst:0.0} ms late (accepted: {LargestAcceptedMilliseconds})");
        Console.WriteLine($"  periodic timer  {timerTicks,5} ticks");
        return worst <= LargestAcceptedMilliseconds ? 0 : 1;
    }

    private static async Task CountTimerTicksAsync(TimeSpan interval, Action onTick, CancellationToken stop)
    {
        using PeriodicTimer timer = new(interval);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                onTick();
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    /// <summary>Many more blocked work items than threads: whatever the pool adds is blocked at once.</summary>
    private static void Starve(TaskCompletionSource release)
    {
        for (int i = 0; i < 2000; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static gate => gate.Task.Wait(), release, preferLocal: false);
        }
    }
}
