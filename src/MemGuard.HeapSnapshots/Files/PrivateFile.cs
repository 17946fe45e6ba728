namespace MemGuard.HeapSnapshots.Files;

/// <summary>Creates files that only the process's user can read, and never through a link: a name that exists, dangling link included, is refused.</summary>
internal static class PrivateFile
{
    public static FileStream Create(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
