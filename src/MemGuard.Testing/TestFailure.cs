namespace MemGuard.Testing;

/// <summary>Fails where the test waits: the stack trace begins with the test's own line, and none of ours is in front.</summary>
internal static class TestFailure
{
    /// <param name="failure">The message of a failed assertion; null where it holds.</param>
    public static Task ThrowAtCallerAsync(Task<string?> failure)
    {
        TaskCompletionSource assertion = new(TaskCreationOptions.RunContinuationsAsynchronously);
        failure.ContinueWith(
            ended =>
            {
                if (ended.IsCompletedSuccessfully && ended.Result is { } message)
                {
                    // Not thrown here, so that no trace is in it yet.
                    assertion.SetException(new MemoryAssertionException(message));
                    return;
                }

                assertion.SetFromTask(ended);
            },
            CancellationToken.None,
            TaskContinuationOptions.ExecuteSynchronously,
            TaskScheduler.Default);
        return assertion.Task;
    }
}
