namespace Hostile;

/// <summary>The application did not do what a scenario needs.</summary>
public sealed class ScenarioException : Exception
{
    /// <inheritdoc/>
    public ScenarioException()
    {
    }

    /// <inheritdoc/>
    public ScenarioException(string message)
        : base(message)
    {
    }

    /// <inheritdoc/>
    public ScenarioException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
