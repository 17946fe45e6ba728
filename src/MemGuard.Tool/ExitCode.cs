namespace MemGuard.Tool;

/// <summary>What the tool exits with. <c>run</c> exits with what its child did.</summary>
internal static class ExitCode
{
    public const int Success = 0;

    /// <summary>Something was found that <c>--fail-on</c> names.</summary>
    public const int Found = 1;

    /// <summary>The command line, or a file that it names, cannot be used.</summary>
    public const int Usage = 2;

    /// <summary>The tool itself failed, or the process refused.</summary>
    public const int Failed = 125;

    /// <summary>The command cannot be run: it is no program, or this user may not.</summary>
    public const int NotExecutable = 126;

    /// <summary>There is no such command.</summary>
    public const int NotFound = 127;
}
