namespace HookApp;

/// <summary>Waits for a file that the hook makes, or for anything in a folder that is there under its own name: files give no signal that a test could rely on everywhere.</summary>
internal static class Wait
{
    // Generous: only a defect makes the application wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public static void ForFile(string? path)
    {
        if (path is not null)
        {
            SpinWait.SpinUntil(() => Directory.Exists(path) ? Directory.EnumerateFileSystemEntries(path).Any(static entry => !Path.GetFileName(entry).StartsWith("new-", StringComparison.Ordinal)) : File.Exists(path) && new FileInfo(path).Length > 0, Patience);
        }
    }
}
