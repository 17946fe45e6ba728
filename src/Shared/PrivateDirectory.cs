namespace MemGuard;

/// <summary>The one way to make a directory for diagnostics and to tell whether one is safe to write into: own, mode 0700, no link.</summary>
internal static class PrivateDirectory
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OtherWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    /// <summary>Makes the directory with mode 0700. One that is there already keeps its mode: ask <see cref="FindIntruder"/> afterwards.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, Mode);
        }
    }

    /// <returns>Why nothing may be made below the directory; null when it is safe. A missing one is safe: it will be made.</returns>
    public static string? FindDanger(string path)
    {
        DirectoryInfo directory = new(path);
        if (directory.LinkTarget is not null)
        {
            return $"'{path}' is a link; configure the directory that it points to";
        }

        if (File.Exists(path))
        {
            return $"'{path}' is a file";
        }

        if (OperatingSystem.IsWindows() || !directory.Exists)
        {
            return null;
        }

        // With the sticky bit, as in /tmp, others may create entries but not replace ours.
        bool isOpen = (directory.UnixFileMode & OtherWriters) != 0 && (directory.UnixFileMode & UnixFileMode.StickyBit) == 0;
        return isOpen ? $"others may write to '{path}'" : null;
    }

    /// <returns>Why the directory is not this user's alone; null when it is.</returns>
    public static string? FindIntruder(string path)
    {
        DirectoryInfo directory = new(path);
        if (directory.LinkTarget is not null || !directory.Exists)
        {
            return $"'{path}' was replaced by a link or a file";
        }

        if (OperatingSystem.IsWindows())
        {
            return null;
        }

        return directory.UnixFileMode != Mode || !FileOwner.IsSelf(path) ? $"'{path}' is not private to this user (mode 0700, own)" : null;
    }
}
