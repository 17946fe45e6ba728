using System.CommandLine;
using MemGuard.Tool.Output;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard hook --output DIR</c>: copies the hook, for images without an SDK.</summary>
internal static class HookCommand
{
    public static Command Create(Terminal terminal)
    {
        Option<string> output = new("--output", "-o") { Description = "The folder; it is made where it is missing.", Required = true };
        Command hook = new("hook", "Copy the startup hook into a folder, and print the line that an image or a unit file needs.") { output };
        hook.SetAction(arguments =>
        {
            string entry = HookFiles.CopyTo(Path.GetFullPath(arguments.GetValue(output)!), isPrivate: false);
            terminal.Out.WriteLine($"DOTNET_STARTUP_HOOKS={entry}");
            return ExitCode.Success;
        });
        return hook;
    }
}
