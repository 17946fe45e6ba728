namespace MemGuard.Evidence;

/// <summary>Why a diagnostic report was written.</summary>
public enum ReportCause
{
    /// <summary>Somebody asked for it.</summary>
    Requested,

    /// <summary>A problem was confirmed.</summary>
    Confirmed,

    /// <summary>An exception that nobody handled ended the process.</summary>
    UnhandledException,

    /// <summary>An allocation failed while the heap was nearly full.</summary>
    OutOfMemory,
}
