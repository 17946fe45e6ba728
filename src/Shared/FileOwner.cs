using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemGuard;

/// <summary>Who owns a path, and which of all that had its name it is: the framework tells neither.</summary>
internal static partial class FileOwner
{
    /// <summary>The user who may do everything anyway.</summary>
    public const uint Root = 0;

    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerMask = 0x8;
    private const uint InodeMask = 0x100;

    // struct statx of the Linux ABI, the same on every architecture: 256 bytes, the owner's id at 20, the inode at 32.
    private const int StatxBytes = 256;
    private const int OwnerOffset = 20;
    private const int InodeOffset = 32;

    /// <summary>Whether this process's user owns the path itself, not what it links to. True where the system cannot tell, false for a path that is not there.</summary>
    public static bool IsSelf(string path) => TryFind(path, out uint? owner) && (owner is null || owner == GetEffectiveUserId());

    /// <summary>This process's user; null where the system cannot tell.</summary>
    public static uint? Self => OperatingSystem.IsWindows() ? null : GetEffectiveUserId();

    /// <summary>Finds the owner of the path itself.</summary>
    /// <param name="path">The path.</param>
    /// <param name="owner">The user's id; null where the system cannot tell.</param>
    /// <returns>False when there is no such path, or it may not be looked at.</returns>
    public static bool TryFind(string path, out uint? owner)
    {
        owner = null;
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        Span<byte> status = stackalloc byte[StatxBytes];
        try
        {
            if (Statx(CurrentDirectory, path, NoFollow, OwnerMask, status) != 0)
            {
                return false;
            }

            owner = BinaryPrimitives.ReadUInt32LittleEndian(status[OwnerOffset..]);
            return true;
        }
        catch (EntryPointNotFoundException)
        {
            // C libraries before 2018.
            return true;
        }
    }

    /// <returns>The number of the file or directory, which one made later under the same name does not have; null where the system does not tell.</returns>
    public static long? FindInode(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Span<byte> status = stackalloc byte[StatxBytes];
        try
        {
            return Statx(CurrentDirectory, path, NoFollow, InodeMask, status) == 0 ? BinaryPrimitives.ReadInt64LittleEndian(status[InodeOffset..]) : null;
        }
        catch (EntryPointNotFoundException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Statx(int directory, string path, int flags, uint mask, Span<byte> status);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint GetEffectiveUserId();
}
