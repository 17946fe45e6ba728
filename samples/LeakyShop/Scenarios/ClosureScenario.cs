using MemGuard.Lifetimes;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>A timer's closure holds the whole request. The fix gives the timer its owner weakly, and it ends with the owner.</summary>
internal sealed class ClosureScenario : Scenario
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    // What a session store would hold for as long as the session lives: here, the last few.
    private readonly User?[] _sessions = new User?[100];

    public override string Name => "closures";

    public override string Story => "every request leaves a timer whose closure holds its user";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "ClosureScenario.cs:";

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        User user = User.Load(id);
        _sessions[id % _sessions.Length] = user;
        if (isFixed)
        {
            GuardedTimer.Start(user, Period, static owner => Refresh(owner));
        }
        else
        {
            // The timer holds itself through its own closure, and with it the user.
            Timer? timer = null;
            timer = new Timer(_ => { Refresh(user); GC.KeepAlive(timer); }, null, Period, Period);
        }

        return Task.FromResult(user.Name);
    }

    private static void Refresh(User user) => GC.KeepAlive(user);
}
