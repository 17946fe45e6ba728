using System.CommandLine;
using System.Globalization;
using MemGuard.Tool.Diagnostics;
using MemGuard.Tool.Output;
using MemGuard.Tool.Processes;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard ps</c>: the .NET processes of this user.</summary>
internal static class PsCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<bool> json = Options.Json();
        Command ps = new("ps", "List the .NET processes of yours: version, working set, whether MemGuard is in them.") { json };
        ps.SetAction(arguments => List(terminal, arguments.GetValue(json)));
        return ps;
    }

    private static int List(Terminal terminal, bool isJson)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new ToolException("ps works on Linux alone");
        }

        List<Row> rows = [.. FindIds().Select(Read).OfType<Row>().OrderByDescending(static row => row.WorkingSetBytes)];
        if (isJson)
        {
            terminal.Out.WriteLine(JsonOutput.Write(json =>
            {
                json.WriteStartArray();
                foreach (Row row in rows)
                {
                    json.WriteStartObject();
                    json.WriteNumber("pid", row.Id);
                    json.WriteString("runtime", row.Version);
                    json.WriteNumberOrNull("workingSetBytes", row.WorkingSetBytes);
                    json.WriteBoolean("hasMemGuard", row.HasMemGuard);
                    json.WriteString("application", row.Application);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            }));
            return ExitCode.Success;
        }

        terminal.Out.WriteLine($"{"PID",8}  {".NET",-10}  {"WORKING SET",12}  {"MEMGUARD",-8}  APPLICATION");
        foreach (Row row in rows)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Id,8}  {VisibleText.Of(row.Version),-10}  {ByteText.Of(row.WorkingSetBytes, "?"),12}  {(row.HasMemGuard ? "yes" : "no"),-8}  {VisibleText.OfName(row.Application)}"));
        }

        return ExitCode.Success;
    }

    private static IEnumerable<int> FindIds() =>
        Directory.EnumerateDirectories("/proc")
            .Select(static path => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int id) ? id : 0)
            .Where(static id => id > 0 && id != Environment.ProcessId);

    // One that ends meanwhile, or does not answer, is left out: the others are what was asked for.
    private static Row? Read(int id)
    {
        TargetProcess process = new(id);
        if (process.User != FileOwner.Self || DiagnosticsChannel.Find(process) is not { } endpoint)
        {
            return null;
        }

        try
        {
            RuntimeInfo runtime = DiagnosticsChannel.Ask(endpoint);
            return runtime.ProcessId == process.InnerId ? new Row(id, runtime.Version, process.WorkingSetBytes, process.HasMemGuard, runtime.EntryAssembly) : null;
        }
        catch (ToolException)
        {
            return null;
        }
    }

    private sealed record Row(int Id, string Version, long? WorkingSetBytes, bool HasMemGuard, string Application);
}
