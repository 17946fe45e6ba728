using System.CommandLine;
using MemGuard.HeapSnapshots;
using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard report PATH</c>: a session's folder, or a heap snapshot, as text.</summary>
internal static class ReportCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = new("path") { Description = "A session's folder, a heap snapshot (heap.memguard), or the folder of one." };
        Option<bool> json = Options.Json();
        Option<string?> output = Options.Out();
        Command report = new("report", "Tell what a session or a heap snapshot found.") { path, json, output };
        report.SetAction(arguments =>
        {
            string source = arguments.GetValue(path)!;
            bool isJson = arguments.GetValue(json);
            if (Directory.Exists(source) && SessionReader.IsSession(source))
            {
                WriteSession(terminal, source, isJson, arguments.GetValue(output));
            }
            else
            {
                using HeapSnapshot snapshot = Snapshots.Open(source);
                WriteSnapshot(terminal, snapshot, isJson, arguments.GetValue(output));
            }

            return ExitCode.Success;
        });
        return report;
    }

    private static void WriteSession(Terminal terminal, string folder, bool isJson, string? output)
    {
        SessionReport session = SessionReader.Read(folder, null);
        if (output is not null)
        {
            ReportFile.Write(output, folder, session, isJson);
        }
        else
        {
            terminal.Out.Write(isJson ? SessionText.ToJson(session) + "\n" : SessionText.ToMarkdown(session));
        }
    }

    private static void WriteSnapshot(Terminal terminal, HeapSnapshot snapshot, bool isJson, string? output)
    {
        if (output is null)
        {
            snapshot.WriteReport(terminal.Out, isJson ? HeapReportFormat.Json : HeapReportFormat.Text);
            return;
        }

        if (ReportFile.IsPage(output))
        {
            throw ToolException.Usage($"'{output}': a heap snapshot's report is written as .md, .json or .txt; a session's as .html too");
        }

        HeapReportFormat format = isJson ? HeapReportFormat.Json : Path.GetExtension(output).ToUpperInvariant() switch
        {
            ".JSON" => HeapReportFormat.Json,
            ".MD" => HeapReportFormat.Markdown,
            _ => HeapReportFormat.Text,
        };
        using StringWriter text = new();
        snapshot.WriteReport(text, format);
        OutputFile.WriteText(output, text.ToString());
    }
}
