namespace MemGuard.Alerts;

/// <param name="EvidenceTimeout">The longest that a confirmed alert waits for its evidence.</param>
/// <param name="HandlerTimeout">The longest that one handler may take.</param>
internal sealed record AlertSettings(TimeSpan EvidenceTimeout, TimeSpan HandlerTimeout);
