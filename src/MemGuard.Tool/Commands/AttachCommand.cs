using System.CommandLine;
using System.Diagnostics;
using MemGuard.Sessions;
using MemGuard.StartupHook;
using MemGuard.Tool.Output;
using MemGuard.Tool.Processes;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard attach PID</c>: watches a process that runs already.</summary>
internal static class AttachCommand
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(250);

    public static Command Create(Terminal terminal)
    {
        Argument<int> processId = Options.ProcessId();
        Option<TimeSpan?> longest = Options.For("Stop to watch after this time, for example 5m; without it at Ctrl+C, or when the process ends.");
        Option<string?> output = Options.Out();
        Option<string?> failOn = Options.FailOn();
        Option<string[]> set = new("--set") { Description = "An option of MemGuard, for example MEMGUARD_WARM_UP=0s; may be repeated." };
        Command attach = new("attach", "Watch a running process of yours. It is not restarted and nothing of it is changed; the loaded code stays in it until it ends.") { processId, longest, output, failOn, set };
        attach.SetAction((arguments, cancellation) => WatchAsync(terminal, arguments.GetValue(processId), arguments.GetValue(longest), arguments.GetValue(output), arguments.GetValue(failOn), arguments.GetValue(set) ?? [], cancellation));
        return attach;
    }

    private static async Task<int> WatchAsync(Terminal terminal, int processId, TimeSpan? longest, string? output, string? failOn, string[] variables, CancellationToken cancellation)
    {
        ReportFile.CheckForm(output);
        AttachSession attached = AttachSession.Open(processId, variables);
        if (attached.SessionPath is not { } path)
        {
            throw new ToolException("MemGuard was attached to it before: its log, or the memguard that attached it, has the alerts; 'memguard snapshot' works");
        }

        SessionStream stream = new(new SessionFolder(path), terminal);
        TargetProcess process = new(processId);
        long start = Stopwatch.GetTimestamp();
        while (process.Exists && !cancellation.IsCancellationRequested && !(longest is { } limit && Stopwatch.GetElapsedTime(start) >= limit))
        {
            stream.Update();
            await Task.Delay(Interval, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        stream.Update();
        SessionReport report = SessionReader.Read(path, null);
        if (process.Exists)
        {
            attached.Ask(Requests.StopAction);
            terminal.Note("detached; the loaded code stays in the process until it ends");
        }

        Summary.Say(terminal, report);
        if (output is not null)
        {
            ReportFile.Write(output, path, report, isJson: false);
            terminal.Note($"report: {output}");
        }

        terminal.Note($"session: {path}");
        return Summary.IsFound(report, failOn) ? ExitCode.Found : ExitCode.Success;
    }
}
