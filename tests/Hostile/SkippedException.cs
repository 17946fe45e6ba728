namespace Hostile;

/// <summary>A scenario cannot be brought about on this machine.</summary>
public sealed class SkippedException : Exception
{
    /// <inheritdoc/>
    public SkippedException()
    {
    }

    /// <inheritdoc/>
    public SkippedException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public SkippedException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
