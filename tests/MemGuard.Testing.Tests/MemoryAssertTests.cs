namespace MemGuard.Testing.Tests;

public sealed class MemoryAssertTests
{
    private static readonly object[] Pool = new object[8];

    [Fact]
    public async Task DoesNotGrow_OneObjectACallInAStaticList_NamesTheField()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.DoesNotGrowAsync(static () =>
        {
            Leaks.Keep();
            return Task.CompletedTask;
        }));

        Assert.Contains("static Leaks.Seen", failure.Message, StringComparison.Ordinal);
        Assert.Contains("+1.00", failure.Message, StringComparison.Ordinal);
        Assert.Contains("counted after 256, 512 and 1,024 calls", failure.Message, StringComparison.Ordinal);
        Leaks.Seen.Clear();
    }

    [Fact]
    public async Task DoesNotGrow_AnEventNobodyUnsubscribesFrom_NamesTheEvent()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.DoesNotGrowAsync(static () =>
        {
            Leaks.Subscribe();
            return Task.CompletedTask;
        }));

        Assert.Contains("Leaks.Published", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task DoesNotGrow_ARingThatIsReused_Passes()
    {
        int next = 0;
        await MemoryAssert.DoesNotGrowAsync(async () =>
        {
            Pool[next++ % Pool.Length] = new byte[128];
            await Task.Yield();
        });
    }

    [Fact]
    public async Task IsCollected_NobodyHoldsIt_Passes()
    {
        await MemoryAssert.IsCollectedAsync(static () => new Leaks.Order());
        await MemoryAssert.IsCollectedAsync(static async () =>
        {
            await Task.Yield();
            return new Leaks.Order();
        });
    }

    [Fact]
    public async Task IsCollected_AStaticHoldsIt_NamesTheHolder()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => MemoryAssert.IsCollectedAsync(static () =>
        {
            Leaks.Keep();
            return Leaks.Seen[^1];
        }));

        Assert.StartsWith("Leaks.Order is still alive", failure.Message, StringComparison.Ordinal);
        Assert.Contains("static Leaks.Seen", failure.Message, StringComparison.Ordinal);
        Leaks.Seen.Clear();
    }

    [Fact]
    public void StaysWithin_WhatACallAllocates_IsCountedToTheByte()
    {
        object? kept = null;
        MemoryAssert.StaysWithin(0, static () => { });
        MemoryAssert.StaysWithin(24, () => kept = new object());

        MemoryAssertionException failure = Assert.Throws<MemoryAssertionException>(() => MemoryAssert.StaysWithin(23, () => kept = new object()));

        Assert.Contains("A call allocates 24 B, more than the 23 B", failure.Message, StringComparison.Ordinal);
        Assert.NotNull(kept);
    }
}
