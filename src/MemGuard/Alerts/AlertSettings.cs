namespace MemGuard.Alerts;

/// <param name="Cooldown">After an alert, the same problem at the same stage stays quiet for this long.</param>
/// <param name="EvidenceTimeout">The longest that a confirmed alert waits for its evidence.</param>
/// <param name="HandlerTimeout">The longest that one handler may take.</param>
internal sealed record AlertSettings(TimeSpan Cooldown, TimeSpan EvidenceTimeout, TimeSpan HandlerTimeout);
