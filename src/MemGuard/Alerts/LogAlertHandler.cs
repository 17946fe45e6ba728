using Microsoft.Extensions.Logging;

namespace MemGuard.Alerts;

/// <summary>Writes each alert as one log line, at the level of its stage.</summary>
internal sealed class LogAlertHandler(ILogger logger)
{
    public void Handle(MemoryAlert alert)
    {
        switch (alert.Stage)
        {
            case AlertStage.Suspected:
                Log.Suspected(logger, alert.Message);
                break;
            case AlertStage.Confirmed:
                Log.Confirmed(logger, alert.Message);
                break;
            default:
                Log.Resolved(logger, alert.Message);
                break;
        }
    }
}
