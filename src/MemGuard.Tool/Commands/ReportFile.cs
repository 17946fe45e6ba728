using MemGuard.Tool.Output;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Commands;

/// <summary>A report in the form that its file's name asks for.</summary>
internal static class ReportFile
{
    /// <exception cref="ToolException">It cannot be written, or the form is unknown.</exception>
    public static void Write(string path, SessionReport report, bool isJson)
    {
        string extension = Path.GetExtension(path).ToUpperInvariant();
        string text = isJson || extension == ".JSON" ? SessionText.ToJson(report)
            : extension is ".MD" or ".MARKDOWN" or ".TXT" ? SessionText.ToMarkdown(report)
            : throw ToolException.Usage($"'{path}': a report is written as .md or .json");
        OutputFile.WriteText(path, text);
    }
}
