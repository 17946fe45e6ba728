using MemGuard.HeapSnapshots;

namespace MemGuard.Tool;

/// <summary>Opens snapshots that the user names: a file, or the folder that one was written into.</summary>
internal static class Snapshots
{
    private const string FileName = "heap.memguard";

    /// <exception cref="ToolException">There is none, or it is none.</exception>
    public static HeapSnapshot Open(string path)
    {
        string file = Directory.Exists(path) ? Path.Combine(path, FileName) : path;
        if (!File.Exists(file))
        {
            throw ToolException.Usage($"'{file}' is not there");
        }

        try
        {
            return HeapSnapshot.Open(file);
        }
        catch (Exception broken) when (broken is IOException or UnauthorizedAccessException or InvalidDataException)
        {
            throw new ToolException($"'{file}' is no heap snapshot that can be read: {broken.Message}", broken) { Code = ExitCode.Usage };
        }
    }
}
