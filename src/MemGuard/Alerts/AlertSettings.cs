namespace MemGuard.Alerts;

/// <param name="EvidenceTimeout">The longest that a confirmed alert waits for its evidence.</param>
/// <param name="HandlerTimeout">The longest that one handler may take.</param>
/// <param name="Links">Where the documentation is.</param>
internal sealed record AlertSettings(TimeSpan EvidenceTimeout, TimeSpan HandlerTimeout, HelpLinks Links);
