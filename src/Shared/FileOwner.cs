using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemGuard;

/// <summary>Who owns a path, which the framework does not tell.</summary>
internal static partial class FileOwner
{
    private const int CurrentDirectory = -100;
    private const int NoFollow = 0x100;
    private const uint OwnerMask = 0x8;

    // struct statx of the Linux ABI, the same on every architecture: 256 bytes, the owner's id at 20.
    private const int StatxBytes = 256;
    private const int OwnerOffset = 20;

    /// <summary>Whether this process's user owns the path itself, not what it links to. True where the system cannot tell.</summary>
    public static bool IsSelf(string path)
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
