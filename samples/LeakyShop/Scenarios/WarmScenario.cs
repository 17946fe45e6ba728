using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A megabyte a second is kept on top of a heap of 130 MB: what is there already is no headroom.</summary>
internal sealed class WarmScenario : Scenario
{
    private const int BlockBytes = 10 * 1024;
    private const int WarmBytes = 130 << 20;

    private readonly List<byte[]> _catalog = [];
    private readonly List<byte[]> _kept = [];
    private readonly Lock _gate = new();

    public override string Name => "warm";

    public override string Story => "a megabyte a second is kept on top of a warm heap";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override TimeSpan? LongestRun => TimeSpan.FromMinutes(5);

    public override bool MustEscalate => true;

    public override void AddServices(IServiceCollection services, bool isFixed)
    {
        for (int bytes = 0; bytes < WarmBytes; bytes += BlockBytes)
        {
            _catalog.Add(new byte[BlockBytes]);
        }
    }

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        byte[] block = new byte[BlockBytes];
        if (!isFixed)
        {
            lock (_gate)
            {
                _kept.Add(block);
            }
        }

        return Task.FromResult($"{_catalog.Count} articles, {block.Length} bytes");
    }
}
