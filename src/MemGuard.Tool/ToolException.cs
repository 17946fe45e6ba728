namespace MemGuard.Tool;

/// <summary>What cannot be done, as one line for the user, with the exit code.</summary>
internal sealed class ToolException : Exception
{
    public ToolException()
        : this("it failed")
    {
    }

    public ToolException(string message)
        : base(message)
    {
    }

    public ToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }

    public int Code { get; init; } = ExitCode.Failed;

    /// <summary>A wrong argument or file.</summary>
    public static ToolException Usage(string message) => new(message) { Code = ExitCode.Usage };
}
