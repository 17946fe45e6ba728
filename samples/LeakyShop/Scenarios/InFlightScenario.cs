using System.Collections.Concurrent;
using MemGuard.Bounded;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Every request starts a mail that waits for a server which never answers, and keeps it in a list. The fix bounds what is under way and gives it a timeout.</summary>
internal sealed class InFlightScenario : Scenario
{
    private static readonly ConcurrentBag<Task> Mails = [];

    private readonly TaskCompletionSource _neverAnswers = new();

    public override string Name => "inflight";

    public override string Story => "every request starts a task that never ends and keeps it in a static list";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "mails";

    public override void AddServices(IServiceCollection services, bool isFixed) =>
        services.AddSingleton(static _ => new InFlightTasks(new InFlightTasksOptions { Name = "mails", Capacity = 200, FullMode = InFlightFullMode.Reject, DrainTimeout = TimeSpan.Zero }));

    public override async Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        if (!isFixed)
        {
            Mails.Add(SendAsync(User.Load(id), Timeout.InfiniteTimeSpan, CancellationToken.None));
            return "mail under way";
        }

        bool isStarted = await services.GetRequiredService<InFlightTasks>().RunAsync(token => SendAsync(User.Load(id), TimeSpan.FromSeconds(1), token), cancellationToken);
        return isStarted ? "mail under way" : "too many mails under way";
    }

    private async Task SendAsync(User user, TimeSpan timeout, CancellationToken cancellationToken)
    {
        try
        {
            await _neverAnswers.Task.WaitAsync(timeout, cancellationToken);
        }
        catch (TimeoutException)
        {
            // Given up; the user is forgotten with the task.
        }

        GC.KeepAlive(user);
    }
}
