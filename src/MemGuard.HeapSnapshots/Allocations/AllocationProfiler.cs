using System.Globalization;
using MemGuard.Costs;
using MemGuard.Faults;
using MemGuard.HeapSnapshots.Capture;
using Microsoft.Extensions.Logging;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>Profiles allocations on a thread of its own: one profile at a time in the process, twelve an hour.</summary>
internal sealed class AllocationProfiler(Func<string?> findEndpoint, TimeProvider timeProvider, ILogger logger) : IAllocationProfiler
{
    private const int MaxPerHour = 12;
    private static readonly TimeSpan Shortest = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(1);

    // Of the process, whichever host asks: two would measure each other.
    private static int _isProcessBusy;

    private readonly Lock _gate = new();
    private readonly Queue<long> _begun = new();
    private readonly BudgetedLogger _budgeted = new(logger, new LogBudget(timeProvider));

    public AllocationProfiler(TimeProvider timeProvider, ILogger logger)
        : this(DiagnosticsSocket.Find, timeProvider, logger)
    {
    }

    public async Task<AllocationProfileResult> ProfileAsync(TimeSpan duration, CancellationToken cancellationToken = default)
    {
        if (duration < Shortest || duration > Longest)
        {
            throw new ArgumentOutOfRangeException(nameof(duration), duration, "It must be from 100 milliseconds to 1 minute.");
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (FindRefusal() is { } refusal)
        {
            return Refuse(refusal);
        }

        TaskCompletionSource<AllocationProfileResult> finished = new(TaskCreationOptions.RunContinuationsAsynchronously);
        Exception? failure = null;
        if (OwnThread.TryStart("MemGuard profile", OwnCosts.OfProcess.Meter(CostPart.Snapshots, () => Work(duration, finished, cancellationToken)), exception => failure = exception) is null)
        {
            Volatile.Write(ref _isProcessBusy, 0);
            return Refuse("no thread can be started: " + (failure?.Message ?? "unknown reason"));
        }

        AllocationProfileResult result = await finished.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return result.RefusedBecause is { } because ? Refuse(because) : result;
    }

    /// <returns>Why not; null when the profile may begin, which is counted and makes the process busy.</returns>
    private string? FindRefusal()
    {
        if (findEndpoint() is null)
        {
            return "the runtime has no diagnostics endpoint of its own (DOTNET_EnableDiagnostics=0, or its temporary directory is not writable)";
        }

        if (SpareDescriptors.FindShortage() is { } shortage)
        {
            return shortage;
        }

        lock (_gate)
        {
            while (_begun.TryPeek(out long first) && timeProvider.GetElapsedTime(first) >= TimeSpan.FromHours(1))
            {
                _begun.Dequeue();
            }

            if (_begun.Count >= MaxPerHour)
            {
                TimeSpan wait = TimeSpan.FromHours(1) - timeProvider.GetElapsedTime(_begun.Peek());
                return string.Create(CultureInfo.InvariantCulture, $"{MaxPerHour} allocation profiles were taken in the last hour; the next may be in {Math.Ceiling(wait.TotalMinutes)} min");
            }

            if (Interlocked.Exchange(ref _isProcessBusy, 1) == 1)
            {
                return "another allocation profile is being taken";
            }

            _begun.Enqueue(timeProvider.GetTimestamp());
            return null;
        }
    }

    /// <returns>False: there is one step.</returns>
    private bool Work(TimeSpan duration, TaskCompletionSource<AllocationProfileResult> finished, CancellationToken cancellationToken)
    {
        AllocationProfileResult result = Take(duration, cancellationToken);
        Volatile.Write(ref _isProcessBusy, 0);
        finished.TrySetResult(result);
        return false;
    }

    private AllocationProfileResult Take(TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            string endpoint = findEndpoint() ?? throw new IOException("The runtime's diagnostics endpoint is gone.");
            using AllocatedTypes types = new();
            (AllocationEvents events, TimeSpan measured) = AllocationSession.Run(endpoint, duration, cancellationToken);
            using ManualResetEventSlim enough = events.HasEnough;
            OwnCosts.OfProcess.AddOperation(CostOperation.AllocationProfile, TimeSpan.Zero);
            return new AllocationProfileResult { Profile = AllocationProfileBuilder.Build(events, types, measured) };
        }
        catch (Exception exception)
        {
            if (exception is not OperationCanceledException)
            {
                SnapshotFailures.Count();
            }

            return new AllocationProfileResult { RefusedBecause = VisibleText.Of($"it failed: {exception.Message}") };
        }
    }

    private AllocationProfileResult Refuse(string because)
    {
        Containment.Run((_budgeted, because), static refused => Log.ProfileRefused(refused._budgeted, refused.because));
        return new AllocationProfileResult { RefusedBecause = because };
    }
}
