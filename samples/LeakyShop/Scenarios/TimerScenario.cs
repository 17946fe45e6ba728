using MemGuard.Alerts;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A reminder timer for every visitor, never disposed: few bytes, but each holds its request.</summary>
internal sealed class TimerScenario : Scenario
{
    private static readonly TimeSpan ReminderPeriod = TimeSpan.FromHours(1);

    public override string Name => "timers";

    public override string Story => "every request starts a reminder timer that nobody disposes";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override AlertStage ExpectedStage => AlertStage.Suspected;

    public override async Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        Timer reminder = new(static _ => { }, $"visitor {id}", ReminderPeriod, ReminderPeriod);
        if (isFixed)
        {
            await reminder.DisposeAsync();
        }

        return $"reminder for {id}";
    }
}
