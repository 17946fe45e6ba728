using System.CommandLine;
using System.CommandLine.Help;
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
            if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
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
        bool isRoot = parsed.CommandResult.Command == parsed.RootCommandResult.Command;
        string message = isRoot && parsed.UnmatchedTokens is [{ } word, ..] ? $"'{word}' is no command" : string.Join(' ', parsed.Errors[0].Message.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return $"{message} ('memguard{(isRoot ? "" : " " + parsed.CommandResult.Command.Name)} --help' tells more)";
    }

    // No RootCommand: that one is called after its assembly, and the help would show a command that nobody can type.
    private static Command Create(Terminal terminal) => new("memguard", "Finds memory leaks in .NET processes: by one command, without a change of their code.")
    {
        new HelpOption(),
        new VersionOption(),
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
