namespace MemGuard.Bounded;

/// <summary>A <c>WriteAsync</c> found no room in a queue that does not wait for it. The caller keeps the item.</summary>
public sealed class BoundedQueueFullException : InvalidOperationException
{
    /// <summary>Creates the exception with a general message.</summary>
    public BoundedQueueFullException()
        : base("The queue has no room for the item.")
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was full.</param>
    public BoundedQueueFullException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception.</summary>
    /// <param name="message">What was full.</param>
    /// <param name="innerException">The cause.</param>
    public BoundedQueueFullException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
