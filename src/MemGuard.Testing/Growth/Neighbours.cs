using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace MemGuard.Testing;

/// <summary>Whether other code allocates in this process while the measured one stands still. The counters are the process's: two tests at once measure each other.</summary>
internal static class Neighbours
{
    private const double MostBytesASecond = 1 << 20;
    private const int Looks = 10;
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(200);

    /// <summary>Waits until it is quiet, two seconds at most: what ran before may still be ending.</summary>
    /// <returns>What to write about it; null when it is quiet.</returns>
    public static async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        string? neighbours = null;
        for (int look = 0; look < Looks; look++)
        {
            neighbours = await LookAsync(cancellationToken).ConfigureAwait(false);
            if (neighbours is null)
            {
                break;
            }
        }

        return neighbours;
    }

    private static async Task<string?> LookAsync(CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        long before = ReadAllocated();
        await Task.Delay(Silence, cancellationToken).ConfigureAwait(false);
        double rate = (ReadAllocated() - before) / Stopwatch.GetElapsedTime(start).TotalSeconds;
        return rate <= MostBytesASecond ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"other code allocates {rate / (1 << 20):0} MB/s beside this test: run it alone ([Collection] with DisableParallelization in xunit, [NonParallelizable] in NUnit, [DoNotParallelize] in MSTest), or in a process of its own");
    }

    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "Imprecise, so that nothing is suspended.")]
    private static long ReadAllocated() => GC.GetTotalAllocatedBytes(precise: false);
}
