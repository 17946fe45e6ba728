namespace MemGuard.Recording;

/// <summary>How a process ended.</summary>
public enum PreviousRunEnd
{
    /// <summary>Its black box cannot be read: it is damaged, or of a newer version.</summary>
    Unreadable,

    /// <summary>It ended by itself, with an exit code.</summary>
    Orderly,

    /// <summary>An exception that nobody handled ended it.</summary>
    UnhandledException,

    /// <summary>An <see cref="OutOfMemoryException"/> that nobody handled ended it: the limit of the managed heap, or of the system.</summary>
    OutOfMemory,

    /// <summary>The kernel killed it for memory: its control group counted a kill.</summary>
    KilledForMemory,

    /// <summary>It ended without a word at or close to its memory limit; the control group that would have counted a kill is gone with it.</summary>
    LikelyKilledForMemory,

    /// <summary>It was killed after its host had begun to stop: the shutdown took longer than it was given.</summary>
    KilledWhileStopping,

    /// <summary>The machine stopped under it.</summary>
    MachineStopped,

    /// <summary>It crashed, and the runtime's crash report or dump lies there: FailFast, a stack overflow, or a crash in native code.</summary>
    Crashed,

    /// <summary>It ended without a word and without need of memory: SIGKILL, FailFast, a stack overflow, or a crash in native code. Which of them cannot be told.</summary>
    Abrupt,
}
