using MemGuard.HeapSnapshots;
using MemGuard.Sampling;
using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary>A report in the form that its file's name asks for.</summary>
internal static class ReportFile
{
    /// <summary>Whether a file's name asks for a page.</summary>
    public static bool IsPage(string? path) => Path.GetExtension(path)?.ToUpperInvariant() is ".HTML" or ".HTM";

    /// <summary>Before anything is started: nobody wants to hear at the end that the form is unknown.</summary>
    /// <exception cref="ToolException">The file's name asks for no form that there is.</exception>
    public static void CheckForm(string? path)
    {
        if (path is not null && !IsPage(path) && !IsJson(path) && !IsMarkdown(path))
        {
            throw ToolException.Usage($"'{path}': a report is written as .html, .md or .json");
        }
    }

    /// <param name="path">The file.</param>
    /// <param name="folder">The session's folder, of which a page shows the samples and heap snapshots.</param>
    /// <param name="report">What is known of the session.</param>
    /// <param name="isJson">Whether it is JSON, whatever its name.</param>
    /// <exception cref="ToolException">It cannot be written, or the form is unknown.</exception>
    public static void Write(string path, string folder, SessionReport report, bool isJson)
    {
        if (!isJson)
        {
            CheckForm(path);
        }

        string text = isJson || IsJson(path) ? SessionText.ToJson(report)
            : IsMarkdown(path) ? SessionText.ToMarkdown(report)
            : ToPage(folder, report);
        OutputFile.WriteText(path, text);
    }

    private static bool IsJson(string path) => string.Equals(Path.GetExtension(path), ".json", StringComparison.OrdinalIgnoreCase);

    private static bool IsMarkdown(string path) => Path.GetExtension(path).ToUpperInvariant() is ".MD" or ".MARKDOWN" or ".TXT";

    private static string ToPage(string folder, SessionReport report)
    {
        IReadOnlyList<MemorySample> samples = SessionReader.ReadTimedSamples(folder);
        IReadOnlyList<(string Name, HeapSnapshot Snapshot)> snapshots = SessionReader.OpenSnapshots(folder);
        try
        {
            using StringWriter page = new();
            SessionPage.Write(page, report, samples, snapshots);
            return page.ToString();
        }
        finally
        {
            foreach ((_, HeapSnapshot snapshot) in snapshots)
            {
                snapshot.Dispose();
            }
        }
    }
}
