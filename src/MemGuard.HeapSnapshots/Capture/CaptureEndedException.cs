using System.Diagnostics.CodeAnalysis;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A capture was given up: the message says why, as a clause. The host is unharmed.</summary>
[SuppressMessage("Design", "CA1064:Exceptions should be public", Justification = "It never leaves the package: the service turns it into a refusal.")]
internal sealed class CaptureEndedException : Exception
{
    public CaptureEndedException()
        : this("it was given up")
    {
    }

    public CaptureEndedException(string message)
        : base(message)
    {
    }

    public CaptureEndedException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
