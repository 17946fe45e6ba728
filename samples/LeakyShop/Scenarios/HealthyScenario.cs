using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A shop without a leak: it loads a user for each request and lets go.</summary>
internal sealed class HealthyScenario : Scenario
{
    public override string Name => "none";

    public override string Story => "nothing leaks: MemGuard must stay quiet";

    public override MemoryProblem Expected => MemoryProblem.None;

    public override bool MustStaySilent => true;

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken) =>
        Task.FromResult(User.Load(id).Name);
}
