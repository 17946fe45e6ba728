namespace MemGuard.Bounded.Tests.Batches;

public class BatchOptionsTests
{
    public static TheoryData<string, string, BatchOptions<int>> Wrong => new()
    {
        { "Name", "Name must not be empty.", new() { Name = " " } },
        { "MaxConcurrency", "MaxConcurrency of batch 'b' must be positive.", new() { Name = "b", MaxConcurrency = 0 } },
        { "MaxItemsInFlight", "MaxItemsInFlight of batch 'b' must be at least MaxConcurrency (4).", new() { Name = "b", MaxConcurrency = 4, MaxItemsInFlight = 3 } },
        { "MaxWeightInFlight", "MaxWeightInFlight of batch 'b' must be positive, or null for no bound.", new() { Name = "b", MaxWeightInFlight = 0, Weigher = static _ => 1 } },
        { "MaxWeightInFlight", "MaxWeightInFlight of batch 'b' needs a Weigher.", new() { Name = "b", MaxWeightInFlight = 1 } },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void ForEachAsync_OptionIsWrong_ThrowsAtOnceWithItsRange(string name, string error, BatchOptions<int> options)
    {
        ArgumentException refused = Assert.ThrowsAny<ArgumentException>(() => { _ = Batch.ForEachAsync([1], options, static (_, _) => default); });

        Assert.Equal(name, refused.ParamName);
        Assert.StartsWith(error, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task ForEachAsync_EveryBoundAtItsLeast_Runs()
    {
        List<int> seen = [];
        BatchOptions<int> options = new() { Name = "b", MaxConcurrency = 1, MaxItemsInFlight = 1, MaxWeightInFlight = 1, Weigher = static _ => 1 };

        await Batch.ForEachAsync([1, 2, 3], options, (item, _) =>
        {
            seen.Add(item);
            return default;
        });

        Assert.Equal([1, 2, 3], seen);
    }
}
