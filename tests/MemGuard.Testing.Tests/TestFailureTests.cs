namespace MemGuard.Testing.Tests;

public sealed class TestFailureTests
{
    [Fact]
    public async Task ThrowAtCaller_AMessage_FailsWithTheTestsOwnLineFirst()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(static async () => await TestFailure.ThrowAtCallerAsync(LaterAsync("it grows")));

        Assert.Equal("it grows", failure.Message);
        Assert.DoesNotContain(nameof(TestFailure) + ".", failure.StackTrace, StringComparison.Ordinal);
        Assert.StartsWith("   at " + typeof(TestFailureTests).FullName, failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public void StaysWithin_TooMuch_FailsWithTheTestsOwnLineFirst()
    {
        MemoryAssertionException failure = Assert.Throws<MemoryAssertionException>(static () => MemoryAssert.StaysWithin(0, static () => _ = new byte[40].ToString()));

        Assert.StartsWith("   at " + typeof(TestFailureTests).FullName, failure.StackTrace, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ThrowAtCaller_NoMessage_Passes() => await TestFailure.ThrowAtCallerAsync(LaterAsync(null));

    [Fact]
    public async Task ThrowAtCaller_WhatTheTestThrewOrCancelled_IsPassedOn()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(static () => TestFailure.ThrowAtCallerAsync(Task.FromException<string?>(new InvalidOperationException())));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(static () => TestFailure.ThrowAtCallerAsync(Task.FromCanceled<string?>(new CancellationToken(canceled: true))));
    }

    private static async Task<string?> LaterAsync(string? message)
    {
        await Task.Yield();
        return message;
    }
}
