using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A megabyte a second is kept where no limit is known: a developer's machine, a virtual machine, a Windows service.</summary>
internal sealed class UnlimitedScenario : Scenario
{
    private const int BlockBytes = 10 * 1024;

    private static readonly List<byte[]> Kept = [];
    private readonly Lock _gate = new();

    public override string Name => "unlimited";

    public override string Story => "a megabyte a second is kept, and no limit is known";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override long? MemoryLimitBytes => null;

    public override TimeSpan? LongestRun => TimeSpan.FromMinutes(10);

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        byte[] block = new byte[BlockBytes];
        if (!isFixed)
        {
            lock (_gate)
            {
                Kept.Add(block);
            }
        }

        return Task.FromResult($"{block.Length} bytes");
    }
}
