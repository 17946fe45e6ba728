using System.CommandLine;
using MemGuard.Tool.Commands;
using MemGuard.Tool.Output;

namespace MemGuard.Tool;

/// <summary>All commands, and what becomes of their failures: one line and an exit code, never a stack.</summary>
internal static class ToolCommands
{
    public static async Task<int> InvokeAsync(string[] args, Terminal terminal)
    {
        try
        {
            ParseResult parsed = Create(terminal).Parse(args);
            if (parsed.Errors.Count > 0 && parsed.Action is not System.CommandLine.Help.HelpAction)
            {
                terminal.Fail(Explain(parsed));
                return ExitCode.Usage;
            }

            // Signals are ours: 'run' hands them on, and 'attach' detaches first.
            bool isRun = parsed.CommandResult.Command.Name == "run";
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = isRun ? null : TimeSpan.FromSeconds(10) }).ConfigureAwait(false);
        }
        catch (ToolException failure)
        {
            terminal.Fail(failure.Message);
            return failure.Code;
        }
        catch (Exception failure)
        {
            terminal.Fail($"it failed: {failure.GetType().Name}: {failure.Message}");
            return ExitCode.Failed;
        }
    }

    private static string Explain(ParseResult parsed)
    {
        bool isRoot = parsed.CommandResult is { Command: RootCommand };
        string message = isRoot && parsed.UnmatchedTokens is [{ } word, ..] ? $"'{word}' is no command" : parsed.Errors[0].Message.ReplaceLineEndings(" ");
        return $"{message} ('memguard{(isRoot ? "" : " " + parsed.CommandResult.Command.Name)} --help' tells more)";
    }

    internal static RootCommand Create(Terminal terminal) => new("Finds memory leaks in .NET processes: by one command, without a change of their code.")
    {
        RunCommand.Create(terminal),
        AttachCommand.Create(terminal),
        SnapshotCommand.Create(terminal),
        PsCommand.Create(terminal),
        ReplayCommand.Create(terminal),
        ReportCommand.Create(terminal),
        DiffCommand.Create(terminal),
        ExportCommand.Create(terminal),
        AdviseCommand.Create(terminal),
        HookCommand.Create(terminal),
    };
}
