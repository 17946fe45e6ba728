namespace MemGuard.Limits;

/// <summary>How much a finding about the limits matters.</summary>
public enum MemoryAdviceSeverity
{
    /// <summary>Good to know; nothing is wrong.</summary>
    Note,

    /// <summary>Somebody should change a setting.</summary>
    Warning,

    /// <summary>As configured, the kernel will kill the process or the heap will run into its limit before the garbage collector can help.</summary>
    Critical,
}
