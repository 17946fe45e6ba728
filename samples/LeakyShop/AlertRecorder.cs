using System.Collections.Concurrent;
using MemGuard.Alerts;
using MemGuard.Samples;

namespace LeakyShop;

/// <summary>Hears of every alert: remembers it for the verdict and, with <c>--json</c>, prints it as one line.</summary>
internal sealed class AlertRecorder(ShopArguments arguments) : IMemoryAlertHandler
{
    private readonly ConcurrentQueue<MemoryAlert> _alerts = new();
    private readonly TaskCompletionSource _expectedSeen = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyCollection<MemoryAlert> Alerts => _alerts;

    /// <summary>Completes when the problem that the scenario should show has reached its stage.</summary>
    public Task ExpectedSeen => _expectedSeen.Task;

    public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
    {
        _alerts.Enqueue(alert);
        if (arguments.Json)
        {
            Console.WriteLine(AlertJson.ToLine($"{arguments.Scenario?.Name ?? "cache"}{(arguments.Fixed ? "-fixed" : "")}", alert));
        }

        if (arguments.Scenario is { } scenario && alert.Problem == scenario.Expected && alert.Stage == scenario.ExpectedStage)
        {
            _expectedSeen.TrySetResult();
        }

        return ValueTask.CompletedTask;
    }
}
