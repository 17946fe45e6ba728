namespace MemGuard.Bounded.Tests.Batches;

public sealed class BatchArgumentsTests
{
    private static readonly BatchOptions<int> Good = new();

    public static TheoryData<string, Func<object>> Null => new()
    {
        { "source", static () => Batch.ForEachAsync((IEnumerable<int>)null!, 1, Run) },
        { "source", static () => Batch.ForEachAsync((IAsyncEnumerable<int>)null!, 1, Run) },
        { "source", static () => Batch.ForEachAsync((IEnumerable<int>)null!, Good, Run) },
        { "source", static () => Batch.ForEachAsync((IAsyncEnumerable<int>)null!, Good, Run) },
        { "source", static () => Batch.SelectAsync((IEnumerable<int>)null!, Good, Select) },
        { "source", static () => Batch.SelectAsync((IAsyncEnumerable<int>)null!, Good, Select) },
        { "options", static () => Batch.ForEachAsync([1], (BatchOptions<int>)null!, Run) },
        { "options", static () => Batch.ForEachAsync(Items(), (BatchOptions<int>)null!, Run) },
        { "options", static () => Batch.SelectAsync([1], null!, Select) },
        { "options", static () => Batch.SelectAsync(Items(), null!, Select) },
        { "body", static () => Batch.ForEachAsync([1], 1, null!) },
        { "body", static () => Batch.ForEachAsync(Items(), 1, null!) },
        { "body", static () => Batch.ForEachAsync([1], Good, null!) },
        { "body", static () => Batch.ForEachAsync(Items(), Good, null!) },
        { "selector", static () => Batch.SelectAsync<int, int>([1], Good, null!) },
        { "selector", static () => Batch.SelectAsync<int, int>(Items(), Good, null!) },
    };

    public static TheoryData<Func<object>> WithoutConcurrency => new()
    {
        static () => Batch.ForEachAsync([1], 0, Run),
        static () => Batch.ForEachAsync(Items(), 0, Run),
        static () => Batch.SelectAsync([1], new BatchOptions<int> { MaxConcurrency = 0 }, Select),
        static () => Batch.SelectAsync(Items(), new BatchOptions<int> { MaxConcurrency = 0 }, Select),
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void AnyMethod_NullArgument_ThrowsAtOnceAndNamesIt(string parameter, Func<object> call)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
    }

    [Theory]
    [MemberData(nameof(WithoutConcurrency))]
    public void AnyMethod_NoConcurrency_ThrowsAtOnceAndNamesTheOption(Func<object> call)
    {
        Assert.Equal("MaxConcurrency", Assert.Throws<ArgumentOutOfRangeException>(call).ParamName);
    }

    [Fact]
    public void BatchOptions_NothingSet_AreTheDocumentedDefaults()
    {
        BatchOptions<int> options = new();

        Assert.Equal("batch", options.Name);
        Assert.Equal(Environment.ProcessorCount, options.MaxConcurrency);
        Assert.Null(options.MaxItemsInFlight);
        Assert.Null(options.MaxWeightInFlight);
        Assert.Null(options.Weigher);
        Assert.True(options.KeepsOrder);
    }

    private static ValueTask Run(int item, CancellationToken cancellationToken) => default;

    private static ValueTask<int> Select(int item, CancellationToken cancellationToken) => new(item);

    private static async IAsyncEnumerable<int> Items()
    {
        await Task.CompletedTask;
        yield return 1;
    }
}
