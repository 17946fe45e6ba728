using System.CommandLine;
using System.Diagnostics;
using MemGuard.Sessions;
using MemGuard.Tool.Output;
using MemGuard.Tool.Running;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard run -- dotnet app.dll</c>: runs a command with MemGuard attached, and tells at the end, however it ended.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static Command Create(Terminal terminal)
    {
        Option<string?> output = Options.Out();
        Option<TimeSpan?> longest = Options.For("Ask the command to end after this time (SIGTERM), for example 10m.");
        Option<string?> failOn = Options.FailOn();
        Option<string?> session = Options.Session();
        Option<string?> jsonFile = new("--json-file") { Description = "Write the report as JSON to this file." };
        Option<bool> open = new("--open") { Description = "Open the report that --out names, an .html file, in the browser." };
        Argument<string[]> command = new("command") { Description = "The command, after --.", Arity = ArgumentArity.OneOrMore };
        Command run = new("run", "Run a command with MemGuard attached; nothing of it needs to be changed.") { output, open, jsonFile, longest, failOn, session, command };
        run.SetAction((arguments, cancellation) => RunAsync(
            terminal,
            arguments.GetValue(command)!,
            new RunSettings(arguments.GetValue(output), arguments.GetValue(jsonFile), arguments.GetValue(longest), arguments.GetValue(failOn), arguments.GetValue(session), arguments.GetValue(open))));
        return run;
    }

    private static async Task<int> RunAsync(Terminal terminal, string[] command, RunSettings settings)
    {
        if (settings.Opens && !ReportFile.IsPage(settings.Output))
        {
            throw ToolException.Usage("--open needs --out with an .html file");
        }

        if (command[0].StartsWith('-'))
        {
            throw ToolException.Usage($"'{command[0]}' is no option of run ('memguard run --help' tells more)");
        }

        ReportFile.CheckForm(settings.Output);
        string hook = HookFiles.FindEntry();
        using SessionPlace place = SessionPlace.Create(settings.Session);
        using Signals signals = new();
        signals.Listen();
        SessionStream stream = new(new SessionFolder(place.Path), terminal);
        int exitCode;
        using (Process child = Child.Start(command, hook, place.Path))
        {
            signals.SendTo(child.Id);
            exitCode = await WaitAsync(child, signals, stream, settings.Longest).ConfigureAwait(false);
        }

        signals.IsChildGone = true;
        stream.Update();
        SessionReport report = SessionReader.Read(place.Path, exitCode);
        Summary.Say(terminal, report);
        WriteFiles(terminal, place.Path, report, settings);
        return exitCode == 0 && Summary.IsFound(report, settings.FailOn) ? ExitCode.Found : exitCode;
    }

    private static async Task<int> WaitAsync(Process child, Signals signals, SessionStream stream, TimeSpan? longest)
    {
        Task ended = child.WaitForExitAsync();
        long start = Stopwatch.GetTimestamp();
        bool wasAsked = false;
        while (await Task.WhenAny(ended, Task.Delay(Interval)).ConfigureAwait(false) != ended)
        {
            stream.Update();
            if (!wasAsked && longest is { } limit && Stopwatch.GetElapsedTime(start) >= limit)
            {
                wasAsked = true;
                signals.Stop();
            }
        }

        return child.ExitCode;
    }

    // A report that cannot be written must not change what the child's exit said.
    private static void WriteFiles(Terminal terminal, string folder, SessionReport report, RunSettings settings)
    {
        foreach ((string? path, bool isJson) in new[] { (settings.Output, false), (settings.JsonFile, true) })
        {
            if (path is not null)
            {
                try
                {
                    ReportFile.Write(path, folder, report, isJson);
                    terminal.Note($"report: {path}");
                    if (settings.Opens && ReportFile.IsPage(path))
                    {
                        Browser.Open(terminal, path);
                    }
                }
                catch (ToolException failure)
                {
                    terminal.Fail(failure.Message);
                }
            }
        }
    }

    private sealed record RunSettings(string? Output, string? JsonFile, TimeSpan? Longest, string? FailOn, string? Session, bool Opens);
}
