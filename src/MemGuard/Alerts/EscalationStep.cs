namespace MemGuard.Alerts;

/// <summary>How near the limit of a confirmed problem has come; each is said once.</summary>
internal enum EscalationStep
{
    None,
    UnderAnHour,
    UnderTenMinutes,
    AtTheLimit,
}
