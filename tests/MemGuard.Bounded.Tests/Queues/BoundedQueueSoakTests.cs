using MemGuard.Tests.Support;

namespace MemGuard.Bounded.Tests.Queues;

/// <summary>Every item is read once or given to the drop callback once, or its writer was told that it kept it; the bounds hold; nobody waits for ever.</summary>
/// <remarks>The long form (MEMGUARD_SOAK=1) moves 10 million items; run it pinned to one core as well.</remarks>
public sealed class BoundedQueueSoakTests
{
    private static readonly int Lives = SoakLength.IsLong ? 500 : 20;

    [Theory]
    [InlineData(2, 5_000)]
    [InlineData(4, 2_500)]
    public async Task AnyLife_RandomCancellationTimeoutsAndEnd_LosesAndDuplicatesNothing(int pairs, int itemsPerWriter)
    {
        for (int seed = 0; seed < Lives; seed++)
        {
            string? wrong = await new BoundedQueueSoak(seed, pairs, itemsPerWriter).RunAsync();

            Assert.Null(wrong);
        }
    }
}
