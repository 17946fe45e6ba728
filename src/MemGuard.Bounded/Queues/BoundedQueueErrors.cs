using System.Threading.Channels;

namespace MemGuard.Bounded;

/// <summary>What callers of a completed queue get. As with the framework's channels, a queue completed with a cancellation is canceled, not closed.</summary>
internal static class BoundedQueueErrors
{
    public static Exception OfClosed(Exception? error) => error as OperationCanceledException ?? (Exception)new ChannelClosedException(error);

    public static ValueTask<TResult> Fail<TResult>(Exception error) =>
        error is OperationCanceledException canceled ? ValueTask.FromCanceled<TResult>(GetToken(canceled)) : ValueTask.FromException<TResult>(error);

    public static ValueTask Fail(Exception error) =>
        error is OperationCanceledException canceled ? ValueTask.FromCanceled(GetToken(canceled)) : ValueTask.FromException(error);

    // A task is canceled by a cancelled token only.
    private static CancellationToken GetToken(OperationCanceledException canceled) =>
        canceled.CancellationToken.IsCancellationRequested ? canceled.CancellationToken : new CancellationToken(canceled: true);
}
