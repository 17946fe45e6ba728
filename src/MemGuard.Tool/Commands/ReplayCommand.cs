using System.CommandLine;
using System.Globalization;
using MemGuard.Alerts;
using MemGuard.Recording;
using MemGuard.Tool.Output;
using MemGuard.Tool.Replays;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary><c>memguard replay FILE…</c>: what MemGuard says, or would have said, about recordings.</summary>
internal static class ReplayCommand
{
    public static Command Create(Terminal terminal)
    {
        Argument<string[]> paths = new("path") { Description = "Recordings (CSV), or folders of them.", Arity = ArgumentArity.OneOrMore };
        Option<bool> json = Options.Json();
        Option<bool> explain = new("--explain") { Description = "Print why each check passed or failed; on the error output with --json." };
        Option<string?> html = new("--html") { Description = "Write a page of one recording to this file; it opens without a network." };
        Option<string?> failOn = Options.FailOn();
        Command replay = new("replay", "Run the detector over recordings.") { paths, json, explain, html, failOn };
        replay.SetAction(arguments =>
        {
            IReadOnlyList<string> files = FindFiles(arguments.GetValue(paths)!);
            if (arguments.GetValue(html) is { } page)
            {
                WritePage(files, page);
            }

            return Run(terminal, files, arguments.GetValue(json), arguments.GetValue(explain), arguments.GetValue(failOn));
        });
        return replay;
    }

    private static int Run(Terminal terminal, IReadOnlyList<string> files, bool isJson, bool isExplained, string? failOn)
    {
        bool isFound = false;
        bool isBroken = false;
        List<(string File, MemoryAlert Alert)> all = [];
        foreach (string file in files)
        {
            string? problem = null;
            try
            {
                IReadOnlyList<MemoryAlert> alerts = MemoryReplay.Run(SeriesUntil.Broken(SeriesReader.Read(file), exception => problem = exception.Message));
                all.AddRange(alerts.Select(alert => (file, alert)));
                isFound |= alerts.Any(alert => alert.Stage == AlertStage.Confirmed || (failOn == "suspected" && alert.Stage == AlertStage.Suspected));
                if (!isJson)
                {
                    WriteLines(terminal, file, alerts);
                }

                if (isExplained)
                {
                    Explanation.Write(file, isJson ? Console.Error : terminal.Out);
                }
            }
            catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SeriesFormatException)
            {
                problem = exception.Message;
            }

            if (problem is not null)
            {
                // What came before a bad line still counts, and one bad file does not keep the others from being read.
                terminal.Fail(problem);
                isBroken = true;
            }
        }

        if (isJson)
        {
            terminal.Out.WriteLine(ToJson(all));
        }

        return isBroken ? ExitCode.Usage : failOn is not null && isFound ? ExitCode.Found : ExitCode.Success;
    }

    private static void WritePage(IReadOnlyList<string> files, string page)
    {
        if (files is not [var file])
        {
            throw ToolException.Usage($"--html shows one recording, and there are {files.Count}");
        }

        try
        {
            using StringWriter text = new();
            ReplayPage.Write(text, Path.GetFileNameWithoutExtension(file), ReplayPage.Time(SeriesUntil.Broken(SeriesReader.Read(file), static _ => { }), File.GetLastWriteTimeUtc(file)));
            OutputFile.WriteText(page, text.ToString());
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or SeriesFormatException)
        {
            throw new ToolException($"'{file}' cannot be read: {unreadable.Message}", unreadable) { Code = ExitCode.Usage };
        }
    }

    private static void WriteLines(Terminal terminal, string file, IReadOnlyList<MemoryAlert> alerts)
    {
        string series = VisibleText.OfName(Path.GetFileNameWithoutExtension(file));
        foreach (MemoryAlert alert in alerts)
        {
            terminal.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{series}  {alert.Elapsed.TotalSeconds:0} s  {alert.Stage}  {alert.Message}"));
        }

        if (alerts.Count == 0)
        {
            terminal.Out.WriteLine($"{series}  no alert");
        }
    }

    private static string ToJson(IEnumerable<(string File, MemoryAlert Alert)> alerts) => JsonOutput.Write(json =>
    {
        json.WriteStartArray();
        foreach ((string file, MemoryAlert alert) in alerts)
        {
            json.WriteStartObject();
            json.WriteString("series", Path.GetFileNameWithoutExtension(file));
            json.WriteNumber("elapsedSeconds", alert.Elapsed.TotalSeconds);
            json.WriteString("stage", alert.Stage.ToString());
            json.WriteString("problem", alert.Problem.ToString());
            json.WriteString("message", alert.Message);
            json.WriteNumberOrNull("bytesPerHour", alert.Diagnosis.BytesPerHour);
            json.WriteNumberOrNull("secondsToLimit", alert.Diagnosis.TimeToLimit?.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });

    private static List<string> FindFiles(IEnumerable<string> paths)
    {
        List<string> files = [];
        foreach (string path in paths)
        {
            if (Directory.Exists(path))
            {
                files.AddRange(Directory.EnumerateFiles(path, "*.csv", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
            }
            else if (File.Exists(path))
            {
                files.Add(path);
            }
            else
            {
                throw ToolException.Usage($"'{path}' is neither a file nor a folder");
            }
        }

        return files.Count > 0 ? files : throw ToolException.Usage("there is no recording (*.csv) to replay");
    }
}
