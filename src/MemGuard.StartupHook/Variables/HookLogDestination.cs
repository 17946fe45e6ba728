namespace MemGuard.StartupHook.Variables;

/// <summary>Where the lines of an attached MemGuard go.</summary>
internal enum HookLogDestination
{
    /// <summary>The error output.</summary>
    Stderr,

    /// <summary>The application's log; the error output where there is none.</summary>
    App,

    /// <summary>Nowhere.</summary>
    Off,
}
