using System.Diagnostics;

namespace Fleet.Prometheus;

/// <summary>Follows the alerts of a Prometheus and prints what begins and ends to fire.</summary>
internal sealed class AlertBoard(PrometheusServer prometheus)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(250);

    private readonly Stopwatch _clock = Stopwatch.StartNew();

    public IReadOnlyList<FiringAlert> Firing { get; private set; } = [];

    public TimeSpan Elapsed => _clock.Elapsed;

    /// <summary>Reads and prints until what fires satisfies the condition.</summary>
    public async Task FollowUntilAsync(Func<IReadOnlyList<FiringAlert>, bool> isEnough, CancellationToken cancellationToken)
    {
        do
        {
            await Task.Delay(Pause, cancellationToken);
            IReadOnlyList<FiringAlert> now = await prometheus.ReadFiringAsync(cancellationToken);
            foreach (FiringAlert begun in now.Where(alert => !IsAmong(Firing, alert)))
            {
                Print("fires ", begun);
            }

            foreach (FiringAlert ended in Firing.Where(alert => !IsAmong(now, alert)))
            {
                Print("clears", ended);
            }

            Firing = now;
        }
        while (!isEnough(Firing));
    }

    // The summary has figures in it, which change while an alert goes on.
    private static bool IsAmong(IReadOnlyList<FiringAlert> alerts, FiringAlert one) =>
        alerts.Any(alert => (alert.Name, alert.Job, alert.Subject) == (one.Name, one.Job, one.Subject));

    private void Print(string what, FiringAlert alert) =>
        Console.WriteLine($"{_clock.Elapsed.TotalSeconds,6:0.0} s  {what}  {alert.Name,-32} {alert.Job + "/" + alert.Subject,-17} {alert.Summary}");
}
