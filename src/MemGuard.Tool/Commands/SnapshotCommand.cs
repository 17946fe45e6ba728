using System.CommandLine;
using MemGuard.StartupHook;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard snapshot PID</c>: a heap snapshot of a running process, with names, taken by the process itself.</summary>
internal static class SnapshotCommand
{
    private const string ReportName = "report.txt";
    private const string SnapshotName = "heap.memguard";

    public static Command Create(Terminal terminal)
    {
        Argument<int> processId = Options.ProcessId();
        Option<string?> output = new("--out", "-o") { Description = "Copy the snapshot to this file; without it, it stays where the process wrote it." };
        Command snapshot = new("snapshot", "Take a heap snapshot of a running process of yours, and print what holds its memory. The process stands still meanwhile, about 0.25 s a million objects.") { processId, output };
        snapshot.SetAction(arguments => Take(terminal, arguments.GetValue(processId), arguments.GetValue(output)));
        return snapshot;
    }

    private static int Take(Terminal terminal, int processId, string? output)
    {
        AttachSession attached = AttachSession.Open(processId, []);
        string? directory = attached.Ask(Requests.SnapshotAction);
        if (!attached.WasWatched)
        {
            attached.Ask(Requests.StopAction);
        }

        if (directory is null)
        {
            throw new ToolException("the process took the snapshot and could not write it");
        }

        terminal.Out.Write(File.ReadAllText(Path.Combine(directory, ReportName)));
        string file = Path.Combine(directory, SnapshotName);
        if (output is not null)
        {
            OutputFile.Write(output, stream =>
            {
                using FileStream source = File.OpenRead(file);
                source.CopyTo(stream);
            });
        }

        terminal.Note($"snapshot: {output ?? file}");
        return ExitCode.Success;
    }
}
