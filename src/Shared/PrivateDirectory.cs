namespace MemGuard;

/// <summary>The one way to make a directory for diagnostics and to tell whether one is safe to write into: own, nobody else's to read or write, no link.</summary>
/// <remarks>
/// Special bits do not matter: a directory below one with the group's bit set, as in a Kubernetes volume with <c>fsGroup</c>, is 02700 and as private as
/// 0700. Where the file system gives every directory the same mode (CIFS, vfat), its owner decides, and that nobody else may write.
/// </remarks>
internal static class PrivateDirectory
{
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode OtherWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;
    private const UnixFileMode Others =
        OtherWriters | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    private const UnixFileMode Shared = UnixFileMode.StickyBit | UnixFileMode.SetGroup;
    private const UnixFileMode Permissions = Mode | Others;

    /// <summary>Makes the directory, and those above it that are missing, with mode 0700 whatever the umask. One that is there already keeps its mode: ask <see cref="FindIntruder"/> afterwards.</summary>
    public static void Create(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
            return;
        }

        Stack<string> missing = new();
        for (string? directory = Path.GetFullPath(path); directory is not null && !Directory.Exists(directory); directory = Path.GetDirectoryName(directory))
        {
            missing.Push(directory);
        }

        // One by one: the framework would make those above with the mode that the umask leaves.
        foreach (string directory in missing)
        {
            Directory.CreateDirectory(directory, Mode);
            Tighten(directory);
        }
    }

    /// <summary>Makes a directory that was not there, for this user alone; deletes it again when the file system cannot keep it so.</summary>
    /// <exception cref="IOException">It cannot be made private; the message says why.</exception>
    public static void CreateFresh(string path)
    {
        if (Directory.Exists(path))
        {
            throw new IOException($"'{path}' is there already");
        }

        Create(path);
        if (FindIntruder(path) is { } intruder)
        {
            // What is made and not used is not left behind: whoever tries again every minute would fill the disk with them.
            TryDeleteEmpty(path);
            throw new IOException(intruder);
        }
    }

    /// <summary>Makes a private directory of ours in one that somebody configured, or finds it as it should be. What is made and cannot be kept private is deleted again.</summary>
    /// <param name="configured">The directory that was configured.</param>
    /// <param name="own">Ours in it.</param>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public static string? Prepare(string configured, string own)
    {
        try
        {
            if ((FindDanger(configured) ?? FindDanger(own)) is { } danger)
            {
                return danger;
            }

            if (Directory.Exists(own))
            {
                return FindIntruder(own);
            }

            CreateFresh(own);
            return null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            return $"'{own}' cannot be created: {exception.Message.TrimEnd('.')}";
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

        if (TrustedPath.FindStranger(Path.GetFullPath(path)) is { } stranger)
        {
            return stranger;
        }

        if (OperatingSystem.IsWindows() || !directory.Exists)
        {
            return null;
        }

        // With the sticky bit, as in /tmp, others may create entries but not replace ours. With the group's bit it is a volume that was given to a group
        // on purpose. Otherwise it is a mistake, of an owner who can mend it.
        bool isOpen = (directory.UnixFileMode & OtherWriters) != 0 && (directory.UnixFileMode & Shared) == 0;
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

        if (!FileOwner.IsSelf(path))
        {
            return $"'{path}' is not private to this user: it belongs to another one";
        }

        return Judge(path, directory.UnixFileMode, () => HasFixedModes(path));
    }

    /// <param name="path">A directory of this user's.</param>
    /// <param name="mode">Its mode.</param>
    /// <param name="hasFixedModes">Whether its file system keeps no modes. Asked only when it matters.</param>
    internal static string? Judge(string path, UnixFileMode mode, Func<bool> hasFixedModes)
    {
        if ((mode & Others) == 0)
        {
            return null;
        }

        if (!hasFixedModes())
        {
            return $"'{path}' is not private to this user: others may look into it (mode 0700 is needed)";
        }

        return (mode & OtherWriters) == 0
            ? null
            : $"'{path}' is not private to this user: its file system gives every directory a mode that lets others write (mount it with dir_mode=0700 or umask=077)";
    }

    /// <summary>Deletes a directory if it is empty. Never throws.</summary>
    public static void TryDeleteEmpty(string path)
    {
        try
        {
            Directory.Delete(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Not empty, or gone.
        }
    }

    // Only of what is this user's and no link: somebody may have made another one in between.
    private static void Tighten(string path)
    {
        DirectoryInfo directory = new(path);
        UnixFileMode mode = directory.UnixFileMode;
        if (OperatingSystem.IsWindows() || (mode & Permissions) == Mode || directory.LinkTarget is not null || !FileOwner.IsSelf(path))
        {
            return;
        }

        try
        {
            File.SetUnixFileMode(path, (mode & ~Permissions) | Mode);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // A file system with fixed modes may refuse; who asks for an intruder hears of it.
        }
    }

    // Asked by making a directory: lists of file systems grow old.
    private static bool HasFixedModes(string path)
    {
        string probe = Path.Combine(path, ".memguard-mode-" + Guid.NewGuid().ToString("N"));
        try
        {
            Create(probe);
            return (new DirectoryInfo(probe).UnixFileMode & Others) != 0;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
        finally
        {
            TryDeleteEmpty(probe);
        }
    }
}
