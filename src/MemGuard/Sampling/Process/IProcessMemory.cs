namespace MemGuard.Sampling;

/// <summary>The process's resident memory at one moment.</summary>
/// <param name="WorkingSetBytes">Everything resident.</param>
/// <param name="AnonymousBytes">Resident pages that no file and no shared memory stands behind; null where the system does not tell.</param>
internal readonly record struct ProcessReading(long? WorkingSetBytes, long? AnonymousBytes);

/// <summary>The seam to the process's resident memory.</summary>
internal interface IProcessMemory
{
    /// <summary>Reads it. Unknown is null.</summary>
    ProcessReading Read();
}
