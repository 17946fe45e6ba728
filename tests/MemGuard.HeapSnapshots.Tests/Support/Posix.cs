using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>What a test needs of the system and the framework does not give.</summary>
internal static partial class Posix
{
    public static void ChangeOwner(string path, uint user)
    {
        if (Chown(path, user, uint.MaxValue) != 0)
        {
            throw new IOException($"the owner of '{path}' cannot be changed: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>Runs an action under a umask, which is the whole process's.</summary>
    public static void UnderMask(uint mask, Action action)
    {
        uint before = SetMask(mask);
        try
        {
            action();
        }
        finally
        {
            _ = SetMask(before);
        }
    }

    [LibraryImport("libc", EntryPoint = "umask")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial uint SetMask(uint mask);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Chown(string path, uint user, uint group);
}
