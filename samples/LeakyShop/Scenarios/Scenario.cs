using MemGuard.Alerts;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>One way to leak, with its fixed twin: the same requests, the same load.</summary>
internal abstract class Scenario
{
    public static IReadOnlyList<Scenario> All { get; } =
    [
        new CacheScenario(),
        new NativeScenario(),
        new TimerScenario(),
        new FinalizerScenario(),
        new ListenerScenario(),
        new InFlightScenario(),
        new BatchScenario(),
        new ClosureScenario(),
        new StreamScenario(),
        new SpikeScenario(),
        new SessionScenario(),
        new WarmScenario(),
        new ThrashScenario(),
        new UnlimitedScenario(),
        new HealthyScenario(),
    ];

    public abstract string Name { get; }

    /// <summary>What the leaky path does wrong, as one sentence.</summary>
    public abstract string Story { get; }

    /// <summary>What MemGuard must say of the leaky path; None where it must stay quiet.</summary>
    public abstract MemoryProblem Expected { get; }

    /// <summary>The stage that the alert must reach: a leak that hardly shows in bytes is only ever suspected.</summary>
    public virtual AlertStage ExpectedStage => AlertStage.Confirmed;

    /// <summary>Whether even a suspicion would be wrong.</summary>
    public virtual bool MustStaySilent => false;

    /// <summary>How the structure that the fixed twin uses begins its name in <c>memguard.bounded.*</c>; null where the fix is not one of MemGuard's.</summary>
    public virtual string? Structure => null;

    public virtual int RequestsPerSecond => 100;

    /// <summary>The limit that MemGuard is told; null for none but what it finds.</summary>
    public virtual long? MemoryLimitBytes => 512L * 1024 * 1024;

    /// <summary>How long the run may take at most; null for the time that all others take.</summary>
    public virtual TimeSpan? LongestRun => null;

    /// <summary>Whether the problem must be confirmed before half of the headroom is gone, and speak again as the limit comes nearer.</summary>
    public virtual bool MustEscalate => false;

    public static Scenario? Find(string name) => All.FirstOrDefault(scenario => scenario.Name == name);

    public virtual void AddServices(IServiceCollection services, bool isFixed)
    {
    }

    /// <summary>Lets go of what would keep the process from ending.</summary>
    public virtual void End()
    {
    }

    /// <summary>Does the work of <c>GET /users/{id}</c> and returns what the shop would show.</summary>
    public abstract Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken);
}
