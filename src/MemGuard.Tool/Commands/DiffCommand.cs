using System.CommandLine;
using MemGuard.HeapSnapshots;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard diff A B</c>: what grew between two snapshots of a process.</summary>
internal static class DiffCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> earlier = new("earlier") { Description = "The earlier heap snapshot." };
        Argument<string> later = new("later") { Description = "The later heap snapshot, of the same process." };
        Option<bool> json = Options.Json();
        Command diff = new("diff", "Compare two heap snapshots: what grew, and what holds it.") { earlier, later, json };
        diff.SetAction(arguments =>
        {
            using HeapSnapshot first = Snapshots.Open(arguments.GetValue(earlier)!);
            using HeapSnapshot second = Snapshots.Open(arguments.GetValue(later)!);
            try
            {
                second.WriteReport(terminal.Out, arguments.GetValue(json) ? HeapReportFormat.Json : HeapReportFormat.Text, second.DiffFrom(first));
            }
            catch (Exception different) when (different is InvalidOperationException or ArgumentException)
            {
                throw new ToolException($"the snapshots cannot be compared: {different.Message}", different) { Code = ExitCode.Usage };
            }

            return ExitCode.Success;
        });
        return diff;
    }
}
