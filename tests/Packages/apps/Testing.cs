using MemGuard.Testing;

MemoryAssert.StaysWithin(0, static () => int.TryParse("42", out _));
await MemoryAssert.IsCollectedAsync(static () => new object());
await MemoryAssert.DoesNotGrowAsync(static () => Task.CompletedTask, iterations: 32);
try
{
    await MemoryAssert.DoesNotGrowAsync(static () =>
    {
        Kept.All.Add(new object());
        return Task.CompletedTask;
    });
    Console.WriteLine("the leak was not found");
    return 1;
}
catch (MemoryAssertionException failure) when (failure.Message.Contains("static Kept.All", StringComparison.Ordinal))
{
    Console.WriteLine(failure.Message);
    return 0;
}

internal static class Kept
{
    public static readonly List<object> All = [];
}
