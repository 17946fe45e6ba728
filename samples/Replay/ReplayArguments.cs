using System.Diagnostics.CodeAnalysis;

namespace Replay;

/// <summary>What the command line asks for.</summary>
internal sealed record ReplayArguments(IReadOnlyList<string> Files, bool Json, bool Explain)
{
    public const string Usage = """
        usage: Replay PATH… [--json] [--explain]
          PATH       a CSV series, or a folder of them
          --json     one JSON line per alert
          --explain  why each check passed or failed, on the error output when --json is given
        """;

    public static bool TryParse(string[] args, [NotNullWhen(true)] out ReplayArguments? arguments, [NotNullWhen(false)] out string? problem)
    {
        arguments = null;
        List<string> files = [];
        bool json = false;
        bool explain = false;
        foreach (string argument in args)
        {
            if (argument == "--json")
            {
                json = true;
            }
            else if (argument == "--explain")
            {
                explain = true;
            }
            else if (Directory.Exists(argument))
            {
                files.AddRange(Directory.EnumerateFiles(argument, "*.csv").Order(StringComparer.Ordinal));
            }
            else if (File.Exists(argument))
            {
                files.Add(argument);
            }
            else
            {
                problem = argument.StartsWith('-') ? $"'{argument}' is not an option." : $"'{argument}' is neither a file nor a folder.";
                return false;
            }
        }

        problem = files.Count == 0 ? "No series to replay." : null;
        arguments = problem is null ? new ReplayArguments(files, json, explain) : null;
        return problem is null;
    }
}
