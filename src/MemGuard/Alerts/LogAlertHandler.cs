using Microsoft.Extensions.Logging;

namespace MemGuard.Alerts;

/// <summary>Writes each alert as one log line, at the level of its stage, with its parts as properties.</summary>
internal sealed class LogAlertHandler(ILogger logger)
{
    public void Handle(MemoryAlert alert)
    {
        DetailedLogger detailed = new(logger, AlertDetails.Of(alert));
        switch (alert.Stage)
        {
            case AlertStage.Suspected:
                Log.Suspected(detailed, alert.Message);
                break;
            case AlertStage.Confirmed:
                Log.Confirmed(detailed, alert.Message);
                break;
            default:
                Log.Resolved(detailed, alert.Message);
                break;
        }
    }

    /// <summary>Writes what was found after its alert.</summary>
    public void HandleEvidence(MemoryAlert evidence) => Log.EvidenceFollows(new DetailedLogger(logger, AlertDetails.Of(evidence)), evidence.Message);
}
