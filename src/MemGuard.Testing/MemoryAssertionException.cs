namespace MemGuard.Testing;

/// <summary>A memory assertion failed. Every test framework shows its message.</summary>
public sealed class MemoryAssertionException : Exception
{
    /// <summary>A failure without a message.</summary>
    public MemoryAssertionException()
    {
    }

    /// <summary>A failure.</summary>
    /// <param name="message">What grows, what holds it, what to do.</param>
    public MemoryAssertionException(string message)
        : base(message)
    {
    }

    /// <summary>A failure with its cause.</summary>
    /// <param name="message">What grows, what holds it, what to do.</param>
    /// <param name="innerException">The cause.</param>
    public MemoryAssertionException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
