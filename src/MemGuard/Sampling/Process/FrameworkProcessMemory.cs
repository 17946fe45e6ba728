using System.Diagnostics.CodeAnalysis;

namespace MemGuard.Sampling;

/// <summary>What the framework tells on Windows and macOS: the working set alone. Not tested there.</summary>
internal sealed class FrameworkProcessMemory : IProcessMemory
{
    [SuppressMessage("ApiDesign", "RS0030:Do not use banned APIs", Justification = "There is no cheaper source off Linux.")]
    public ProcessReading Read() => new(Environment.WorkingSet is > 0 and long bytes ? bytes : null, null);
}
