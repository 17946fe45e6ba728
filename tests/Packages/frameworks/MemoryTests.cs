using MemGuard.Testing;

// One class for every framework; [Check] is what each calls a test. Those named Red fail, and say what grows.
public sealed partial class MemoryTests
{
    private static readonly List<Order> Seen = [];

    private static event EventHandler? Published;

    [Check]
    public async Task Green_RoundTrip() => await MemoryAssert.DoesNotGrowAsync(static async () =>
    {
        using MemoryStream session = new();
        await session.WriteAsync(new byte[16]);
    }, iterations: 32);

    [Check]
    public async Task Green_Soak() => MemoryAssert.IsStable(await SoakTest.RunAsync(static _ => Task.FromResult(new byte[64])));

    [Check]
    public async Task Green_Collected() => await MemoryAssert.IsCollectedAsync(static () => new Order());

    [Check]
    public void Green_Budget() => MemoryAssert.StaysWithin(bytes: 0, static () => int.TryParse("42", out _));

    [Check]
    public async Task Red_RoundTrip() => await MemoryAssert.DoesNotGrowAsync(static async () =>
    {
        await Task.Yield();
        Seen.Add(new Order());
    }, iterations: 64);

    [Check]
    public async Task Red_Soak() => MemoryAssert.IsStable(await SoakTest.RunAsync(static _ =>
    {
        Seen.Add(new Order());
        return Task.CompletedTask;
    }));

    [Check]
    public async Task Red_Collected() => await MemoryAssert.IsCollectedAsync(static () =>
    {
        Viewer viewer = new();
        Published += viewer.OnPublished;
        return viewer;
    });

    [Check]
    public void Red_Budget() => MemoryAssert.StaysWithin(bytes: 16, static () => _ = new byte[40].ToString());

    private static void Publish() => Published?.Invoke(null, EventArgs.Empty);

    private sealed class Order
    {
        private readonly byte[] _document = new byte[1_000];

        public int Length => _document.Length;
    }

    private sealed class Viewer
    {
        private int _seen;

        public void OnPublished(object? sender, EventArgs arguments) => _seen++;
    }
}
