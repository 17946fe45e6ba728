using MemGuard.Alerts;
using MemGuard.Sampling;
using MemGuard.Triage;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace MemGuard.AspNetCore.Health;

/// <summary>Degraded while a memory problem is confirmed; a suspicion, and MemGuard being off, change nothing.</summary>
internal sealed class MemGuardHealthCheck(IMemoryMonitor monitor) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        // What throws here would be read as Unhealthy, and an unhealthy service may be restarted.
        try
        {
            return Task.FromResult(Check(context.Registration.FailureStatus));
        }
        catch (Exception exception)
        {
            return Task.FromResult(HealthCheckResult.Healthy($"MemGuard could not be asked: {exception.GetType().Name}"));
        }
    }

    private HealthCheckResult Check(HealthStatus whenConfirmed)
    {
        MemoryDiagnosis diagnosis = monitor.Diagnose();
        Dictionary<string, object> data = Describe(diagnosis);
        return diagnosis.Problem != MemoryProblem.None && diagnosis.IsConfirmed
            ? new HealthCheckResult(whenConfirmed, $"{diagnosis.Reason}. Next: {diagnosis.NextStep}", data: data)
            : HealthCheckResult.Healthy(diagnosis.Reason, data);
    }

    // Only what is known: a value that is missing is unknown.
    private Dictionary<string, object> Describe(MemoryDiagnosis diagnosis)
    {
        Dictionary<string, object> data = new(StringComparer.Ordinal)
        {
            ["problem"] = HeapSnapshots.Reporting.PageText.Word(diagnosis.Problem),
            ["stage"] = diagnosis.Problem == MemoryProblem.None ? "none" : diagnosis.IsConfirmed ? "confirmed" : "suspected",
        };
        MemoryUsage usage = monitor.Latest is { } sample ? MemoryUsage.Of(sample) : default;
        Add(data, "usedBytes", usage.UsedBytes);
        Add(data, "limitBytes", usage.LimitBytes);
        Add(data, "bytesPerHour", diagnosis.BytesPerHour);
        Add(data, "timeToLimitSeconds", diagnosis.TimeToLimit?.TotalSeconds);

        // What was named before the problem ended last says nothing about the one that has begun since.
        if (diagnosis.Problem != MemoryProblem.None
            && monitor.GetRecentAlerts().LastOrDefault(alert => alert.Problem == diagnosis.Problem && (alert.Suspects.Count > 0 || alert.Stage == AlertStage.Resolved))
                is { Stage: not AlertStage.Resolved } alert)
        {
            data["suspect"] = VisibleText.OfName(alert.Suspects[0].Name);
        }

        return data;
    }

    private static void Add<T>(Dictionary<string, object> data, string name, T? value)
        where T : struct
    {
        if (value is { } known)
        {
            data[name] = known;
        }
    }
}
