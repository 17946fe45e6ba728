using System.Diagnostics;
using System.Runtime.CompilerServices;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.Testing;

/// <summary>Makes an object where nothing else can hold it, and waits until it is gone.</summary>
internal static class CollectedCheck
{
    private const int MaxRounds = 10;
    private static readonly TimeSpan MaxTime = TimeSpan.FromSeconds(5);

    /// <returns>The type's name where it is still alive; null when it is gone.</returns>
    public static async Task<(string TypeName, int Rounds, TimeSpan Elapsed)?> FindAliveAsync(Func<Task<object>> create, CancellationToken cancellationToken)
    {
        // On another task: while this one continues the factory's, the finished task with its result is still on the stack.
        (WeakReference reference, string typeName) = await Task.Run(() => MakeAsync(create), cancellationToken).ConfigureAwait(false);
        await Task.Yield();
        long start = Stopwatch.GetTimestamp();
        int rounds = 0;
        while (rounds < MaxRounds && Stopwatch.GetElapsedTime(start) < MaxTime)
        {
            rounds++;
            await LiveHeap.MeasureAsync().ConfigureAwait(false);
            if (!reference.IsAlive)
            {
                return null;
            }

            await Task.Delay(rounds, cancellationToken).ConfigureAwait(false);
        }

        return (typeName, rounds, Stopwatch.GetElapsedTime(start));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static async Task<(WeakReference Reference, string TypeName)> MakeAsync(Func<Task<object>> create)
    {
        object made = await create().ConfigureAwait(false);
        ArgumentNullException.ThrowIfNull(made, nameof(create));
        return (new WeakReference(made), TypeNaming.Format(made.GetType()));
    }
}
