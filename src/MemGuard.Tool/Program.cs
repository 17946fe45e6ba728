using System.CommandLine;
using MemGuard.Tool.Output;

namespace MemGuard.Tool;

/// <summary>The <c>memguard</c> command.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args) => await ToolCommands.InvokeAsync(args, Terminal.Default).ConfigureAwait(false);
}
