using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Code that collects the whole heap again and again, which frees nothing: the process stands still for most of the time, far from any limit.</summary>
internal sealed class ThrashScenario : Scenario
{
    private const int Nodes = 1_000_000;

    private readonly CancellationTokenSource _end = new();

    public override string Name => "thrash";

    public override string Story => "a full, blocking collection follows the other, and frees nothing";

    public override MemoryProblem Expected => MemoryProblem.GCThrash;

    public override int RequestsPerSecond => 10;

    public override TimeSpan? LongestRun => TimeSpan.FromMinutes(5);

    public override void AddServices(IServiceCollection services, bool isFixed)
    {
        if (!isFixed)
        {
            new Thread(Collect) { IsBackground = true, Name = "collects" }.Start();
        }
    }

    public override void End() => _end.Cancel();

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken) =>
        Task.FromResult(User.Load(id).Name);

    private void Collect()
    {
        // A chain: marking it cannot be shared between threads, so that a collection takes long.
        Node? first = null;
        for (int i = 0; i < Nodes; i++)
        {
            first = new Node(first);
        }

        while (!_end.Token.WaitHandle.WaitOne(TimeSpan.FromMilliseconds(100)))
        {
            GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        }

        GC.KeepAlive(first);
    }

    private sealed class Node(Node? next)
    {
        public Node? Next => next;
    }
}
