using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Alerts;

/// <summary>
/// Calls one handler or evidence collector of the user's on the thread pool and waits for it on the alert thread, never longer than the time limit.
/// </summary>
/// <remarks>
/// A call that outlives its limit is left behind: cancelled, unless what it may still find is wanted. Until it ends the same target is not called
/// again, so that slow ones cannot pile up.
/// </remarks>
/// <param name="name">The target's type name, for the log.</param>
/// <param name="onError">Called with what the target threw.</param>
/// <param name="onTimeout">Called when the target was too slow or is still busy.</param>
internal sealed class ContainedCall(string name, Action<string, Exception> onError, Action<string> onTimeout)
{
    /// <summary>When a call whose late result is wanted is cancelled all the same: a cold analysis in a fifth of a core takes some twenty seconds.</summary>
    private static readonly TimeSpan LatestResult = TimeSpan.FromMinutes(5);

    private Task? _last;

    /// <summary>The target's type name.</summary>
    public string Name => name;

    /// <summary>What became of the last call that gave no result: "failed: …", "did not finish in time".</summary>
    public string Failure { get; private set; } = "";

    /// <param name="call">The call.</param>
    /// <param name="timeout">The longest wait for it.</param>
    /// <param name="stopping">Signalled at shutdown.</param>
    /// <param name="result">What it gave in time.</param>
    /// <param name="onLate">Called, on any thread, with what it gives after its time; null when nobody wants that any more.</param>
    /// <returns>Whether it gave something in time.</returns>
    public bool TryRun<TResult>(
        Func<CancellationToken, ValueTask<TResult>> call,
        TimeSpan timeout,
        CancellationToken stopping,
        [MaybeNullWhen(false)] out TResult result,
        Action<TResult>? onLate = null)
    {
        result = default;
        Failure = "did not finish in time";
        if (_last is { IsCompleted: false })
        {
            onTimeout(name);
            return false;
        }

        // Not disposed when the call is left behind: the target still holds its token. It has no timer, so nothing leaks.
        CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        CancellationToken token = limit.Token;
        Task<TResult> task = Task.Run(() => call(token).AsTask(), CancellationToken.None);
        _last = task;
        try
        {
            // The wait keeps its own time: under a starved thread pool no timer of the pool would end it.
            if (!task.Wait(timeout, stopping))
            {
                if (onLate is null)
                {
                    LeaveBehind(task, limit);
                }
                else
                {
                    WaitBeside(task, limit, onLate);
                }

                onTimeout(name);
                return false;
            }

            limit.Dispose();
            result = task.Result;
            return true;
        }
        catch (OperationCanceledException)
        {
            LeaveBehind(task, limit);
            return false;
        }
        catch (AggregateException exception)
        {
            limit.Dispose();
            Failure = "failed: " + exception.GetBaseException().Message;
            onError(name, exception.GetBaseException());
            return false;
        }
    }

    private void WaitBeside<TResult>(Task<TResult> task, CancellationTokenSource limit, Action<TResult> onLate)
    {
        limit.CancelAfter(LatestResult);
        task.ContinueWith(
            late =>
            {
                if (late.IsCompletedSuccessfully)
                {
                    onLate(late.Result);
                }
                else if (late.Exception is { } failure)
                {
                    onError(name, failure.GetBaseException());
                }

                limit.Dispose();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
    }

    private static void LeaveBehind(Task task, CancellationTokenSource limit)
    {
        // Observed, so that a late failure never surfaces as an unobserved exception.
        task.ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);

        // On the pool: a callback that the target registered on the token must not run on, or throw into, the alert thread.
        limit.CancelAsync().ContinueWith(static late => _ = late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
