using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Code that renders a catalogue and "frees" it by a full collection, again and again: the process stands still for most of the time, far from any limit.</summary>
internal sealed class ThrashScenario : Scenario
{
    private const int Nodes = 1_000_000;
    private const int Rows = 40_000;

    private readonly CancellationTokenSource _end = new();

    public override string Name => "thrash";

    public override string Story => "a catalogue is rendered and thrown away, and a full collection follows each time";

    public override MemoryProblem Expected => MemoryProblem.GCThrash;

    public override int RequestsPerSecond => 10;

    public override TimeSpan? LongestRun => TimeSpan.FromMinutes(5);

    public override void AddServices(IServiceCollection services, bool isFixed)
    {
        if (!isFixed)
        {
            new Thread(Render) { IsBackground = true, Name = "renders" }.Start();
        }
    }

    public override void End() => _end.Cancel();

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken) =>
        Task.FromResult(User.Load(id).Name);

    private void Render()
    {
        // A chain: marking it cannot be shared between threads, so that a collection takes long.
        Node? first = null;
        for (int i = 0; i < Nodes; i++)
        {
            first = new Node(first);
        }

        while (!_end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100)))
        {
            RenderCatalogue();
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        }

        GC.KeepAlive(first);
    }

    // Some 10 MB of rows that nobody keeps.
    private static void RenderCatalogue()
    {
        for (int i = 0; i < Rows; i++)
        {
            GC.KeepAlive(new CatalogueRow(i, new decimal[12]));
        }
    }

    private sealed record CatalogueRow(int Number, decimal[] Prices);

    private sealed class Node(Node? next)
    {
        public Node? Next => next;
    }
}
