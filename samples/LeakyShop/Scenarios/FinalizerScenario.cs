using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>One finalizer waits for a lock that is never free: every finalizable object behind it stays.</summary>
internal sealed class FinalizerScenario : Scenario
{
    private static readonly ManualResetEventSlim EndOfShop = new();

    public override string Name => "finalizer";

    public override string Story => "one finalizer blocks, and every object with a finalizer waits behind it";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    // The runtime waits for the finalizer thread before the process ends.
    public override void End() => EndOfShop.Set();

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        Thumbnail thumbnail = new(isFixed);
        return Task.FromResult($"thumbnail of {thumbnail.Size} bytes");
    }

    private sealed class Thumbnail(bool isFixed)
    {
        private readonly byte[] _pixels = new byte[16 * 1024];

        ~Thumbnail()
        {
            if (!isFixed)
            {
                EndOfShop.Wait();
            }
        }

        public int Size => _pixels.Length;
    }
}
