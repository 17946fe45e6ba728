namespace MemGuard;

/// <summary>Hears why a changed configuration was refused; the last good one stays in force.</summary>
internal interface IRefusedOptions
{
    /// <summary>Called with the reason, on the configuration's own thread.</summary>
    Action<string>? Refused { get; set; }
}
