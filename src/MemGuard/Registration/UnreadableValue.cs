namespace MemGuard;

/// <summary>Says how values are written, where the configuration has one that is not of its option's type.</summary>
internal static class UnreadableValue
{
    /// <summary>What is added to the binder's message, which names the option and the value.</summary>
    public const string Forms = "Bytes and counts are whole numbers (536870912), times are hh:mm:ss (00:00:30), shares have a point (0.85); names and ranges: docs/options.md.";

    /// <summary>Runs what binds a section.</summary>
    /// <exception cref="InvalidOperationException">A value cannot be read; the message names the option, the value and how it is written.</exception>
    public static void Explain(Action bind)
    {
        try
        {
            bind();
        }
        catch (InvalidOperationException exception)
        {
            throw new InvalidOperationException($"{exception.Message} {Forms}", exception);
        }
    }
}
