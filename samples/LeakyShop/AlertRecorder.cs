using System.Collections.Concurrent;
using MemGuard.Alerts;
using MemGuard.Samples;
using MemGuard.Triage;

namespace LeakyShop;

/// <summary>Hears of every alert: remembers it for the verdict and, with <c>--json</c>, prints it as one line.</summary>
internal sealed class AlertRecorder(ShopArguments arguments) : IMemoryAlertHandler
{
    private readonly ConcurrentQueue<MemoryAlert> _alerts = new();
    private readonly TaskCompletionSource _expectedConfirmed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<MemoryAlert> Alerts => _alerts;

    /// <summary>Completes when the problem that the scenario should show was Confirmed.</summary>
    public Task ExpectedConfirmed => _expectedConfirmed.Task;

    public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
    {
        _alerts.Enqueue(alert);
        if (arguments.Json)
        {
            Console.WriteLine(AlertJson.ToLine($"{arguments.Scenario?.Name ?? "cache"}{(arguments.Fixed ? "-fixed" : "")}", alert));
        }

        if (alert.Stage == AlertStage.Confirmed && alert.Problem != MemoryProblem.None && alert.Problem == arguments.Scenario?.Expected)
        {
            _expectedConfirmed.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }
}
