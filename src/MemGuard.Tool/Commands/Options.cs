using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using MemGuard.StartupHook.Variables;

namespace MemGuard.Tool.Commands;

/// <summary>Options that several commands have, spelled once.</summary>
internal static class Options
{
    public static Option<bool> Json() => new("--json") { Description = "Write one JSON document to the standard output." };

    public static Option<string?> Out() => new("--out", "-o") { Description = "Write the report to this file: .html for a page that needs no network, .md for Markdown, .json for JSON." };

    public static Option<string?> Session() => new("--session") { Description = "Keep everything that was written in this folder: recording, alerts, heap snapshots." };

    public static Option<string?> FailOn()
    {
        Option<string?> option = new("--fail-on") { Description = "Exit with 1 when it came to this: suspected or confirmed." };
        option.AcceptOnlyFromAmong("suspected", "confirmed");
        return option;
    }

    public static Option<TimeSpan?> For(string description) => new("--for")
    {
        Description = description,
        CustomParser = static result =>
        {
            try
            {
                return ValueText.Time(result.Tokens[0].Value);
            }
            catch (FormatException unreadable)
            {
                result.AddError($"--for is '{result.Tokens[0].Value}': {unreadable.Message}");
                return null;
            }
        },
    };

    public static Argument<int> ProcessId() => new("pid") { Description = "The process's id; memguard ps lists them.", CustomParser = ReadProcessId };

    /// <summary>Reads a process id; what is none is an error that shows what was given.</summary>
    public static int ReadProcessId(ArgumentResult result)
    {
        string text = result.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int id) && id > 0)
        {
            return id;
        }

        result.AddError($"'{text}' is no process id: a whole number, as memguard ps lists them");
        return 0;
    }
}
