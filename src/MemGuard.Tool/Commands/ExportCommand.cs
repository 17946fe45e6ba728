using System.CommandLine;
using System.Text;
using MemGuard.HeapSnapshots;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard export SNAPSHOT --format …</c>: a snapshot for other tools.</summary>
internal static class ExportCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string> path = new("snapshot") { Description = "A heap snapshot, or the folder of one." };
        Option<string> format = new("--format") { Description = "speedscope (flame graph), heapsnapshot (Chrome, VS Code, memlab), json, md or text.", Required = true };
        format.AcceptOnlyFromAmong("speedscope", "heapsnapshot", "json", "md", "text");
        Option<string?> output = new("--out", "-o") { Description = "The file; without it, the standard output." };
        Command export = new("export", "Write a heap snapshot in another format.") { path, format, output };
        export.SetAction(arguments =>
        {
            using HeapSnapshot snapshot = Snapshots.Open(arguments.GetValue(path)!);
            string wanted = arguments.GetValue(format)!;
            if (arguments.GetValue(output) is { } file)
            {
                OutputFile.Write(file, stream => Write(snapshot, wanted, stream));
                terminal.Note($"written: {file}");
            }
            else
            {
                using Stream standard = Console.OpenStandardOutput();
                Write(snapshot, wanted, standard);
            }

            return ExitCode.Success;
        });
        return export;
    }

    private static void Write(HeapSnapshot snapshot, string format, Stream stream)
    {
        try
        {
            switch (format)
            {
                case "speedscope":
                    snapshot.Export(stream, HeapExportFormat.Speedscope);
                    break;
                case "heapsnapshot":
                    snapshot.Export(stream, HeapExportFormat.DevTools);
                    break;
                default:
                    using (StreamWriter writer = new(stream, new UTF8Encoding(false), leaveOpen: true))
                    {
                        snapshot.WriteReport(writer, format switch { "json" => HeapReportFormat.Json, "md" => HeapReportFormat.Markdown, _ => HeapReportFormat.Text });
                    }

                    break;
            }
        }
        catch (InvalidOperationException incomplete)
        {
            throw new ToolException($"the snapshot cannot be exported: {incomplete.Message}", incomplete) { Code = ExitCode.Usage };
        }
    }
}
