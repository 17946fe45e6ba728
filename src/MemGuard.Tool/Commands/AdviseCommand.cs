using System.CommandLine;
using MemGuard.Containers;
using MemGuard.Limits;
using MemGuard.Tool.Output;
using MemGuard.Tool.Processes;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard advise</c>: the limits that can end a process here, and the setting to change.</summary>
internal static class AdviseCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<int?> processId = new("--pid") { Description = "Judge the control group of this process instead of the tool's own; the garbage collector's settings are those of its environment.", CustomParser = static result => Options.ReadProcessId(result) };
        Option<bool> json = Options.Json();
        Command advise = new("advise", "Judge the memory limits of this machine or container.") { processId, json };
        advise.SetAction(arguments => Advise(terminal, arguments.GetValue(processId), arguments.GetValue(json)));
        return advise;
    }

    private static int Advise(Terminal terminal, int? processId, bool isJson)
    {
        if (processId is { } id && !new TargetProcess(id).Exists)
        {
            throw ToolException.Usage($"there is no process {id}");
        }

        ISystemFiles files = processId is { } other ? new ProcessFiles(SystemFiles.Instance, other) : SystemFiles.Instance;
        using CgroupMemory group = new(files);
        ContainerDetails container = group.Read();
        HostFacts host = HostFacts.Read(files);
        MemoryLimitAdvice advice = MemoryLimitAdvisor.Advise(new LimitFacts
        {
            Host = processId is null ? host : host with { GC = new GCConfiguration() },
            Container = container,
            MemoryLimitBytes = container.LimitBytes,
            HeapLimitBytes = processId is null ? host.GC.HeapHardLimitBytes : null,
        });
        terminal.Out.WriteLine(isJson ? ToJson(advice) : advice.ToString());
        return ExitCode.Success;
    }

    private static string ToJson(MemoryLimitAdvice advice) => JsonOutput.Write(json =>
    {
        json.WriteStartObject();
        json.WriteNumberOrNull("memoryLimitBytes", advice.MemoryLimitBytes);
        json.WriteBoolean("isMemoryLimitKnown", advice.IsMemoryLimitKnown);
        json.WriteNumberOrNull("heapLimitBytes", advice.HeapLimitBytes);
        json.WriteStartArray("findings");
        foreach (MemoryLimitFinding finding in advice.Findings)
        {
            json.WriteStartObject();
            json.WriteString("rule", finding.Rule);
            json.WriteString("severity", finding.Severity.ToString());
            json.WriteString("fact", finding.Fact);
            json.WriteString("setting", finding.Setting);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    });

    // The same files, of another process.
    private sealed class ProcessFiles(ISystemFiles inner, int id) : ISystemFiles
    {
        private const string Self = "/proc/self/";

        public ISystemFile? Open(string path) => inner.Open(Of(path));

        public string? ReadText(string path, int largestBytes = 1 << 20) => inner.ReadText(Of(path), largestBytes);

        private string Of(string path) => path.StartsWith(Self, StringComparison.Ordinal) ? $"/proc/{id}/{path[Self.Length..]}" : path;
    }
}
