namespace MemGuard.Testing.Tests;

public sealed class CollectedHandlersTests
{
    private static event EventHandler? Published;

    // Each round leaves another handler behind: they are in one list.
    [Fact]
    public async Task IsCollected_AStaticEventHoldsSeveral_NamesTheEvent()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(static () => MemoryAssert.IsCollectedAsync(static () =>
        {
            Viewer viewer = new();
            Published += viewer.OnPublished;
            return viewer;
        }));
        Published?.Invoke(null, EventArgs.Empty);

        Assert.Contains("  static event CollectedHandlersTests.Published → CollectedHandlersTests.Viewer\n", failure.Message, StringComparison.Ordinal);
    }

    private sealed class Viewer
    {
        public int Seen { get; private set; }

        public void OnPublished(object? sender, EventArgs arguments) => Seen++;
    }
}
