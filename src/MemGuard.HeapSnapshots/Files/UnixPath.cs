using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Files;

/// <summary>Tells whether a directory is safe to write diagnostics into.</summary>
internal static partial class UnixPath
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerMask = 0x8;

    // struct statx of the Linux ABI, the same on every architecture: 256 bytes, the owner's id at 20.
    private const int StatxBytes = 256;
    private const int OwnerOffset = 20;
    private const UnixFileMode OtherWriters = UnixFileMode.GroupWrite | UnixFileMode.OtherWrite;

    public static UnixFileMode PrivateDirectory => UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <returns>Why nothing may be written below the directory; null when it is safe. A missing directory is safe: it will be created.</returns>
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

        return directory.UnixFileMode != PrivateDirectory || !IsOwn(path) ? $"'{path}' is not private to this user (mode 0700, own)" : null;
    }

    private static bool IsOwn(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        Span<byte> status = stackalloc byte[StatxBytes];
        try
        {
            return Statx(CurrentDirectory, path, NoFollow, OwnerMask, status) == 0
                && BinaryPrimitives.ReadUInt32LittleEndian(status[OwnerOffset..]) == GetEffectiveUserId();
        }
        catch (EntryPointNotFoundException)
        {
            // C libraries before 2018.
            return true;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUserId();
}
