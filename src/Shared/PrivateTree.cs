using System.ComponentModel;
using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace MemGuard;

/// <summary>The one way to delete a directory of ours with what is in it: by handles and not by paths, so that nothing outside it can be reached, whatever is renamed or linked meanwhile.</summary>
internal static partial class PrivateTree
{
    private const int MaxDepth = 16;
    private const int ReadOnly = 0;
    private const int CloseOnExec = 0x80000;
    private const int RemoveDirectory = 0x200;
    private const int NotThere = 2;
    private const int NoDirectory = 20;
    private const int Link = 40;

    // O_DIRECTORY | O_NOFOLLOW, which Arm and PowerPC number differently.
    private static readonly int DirectoryItself = RuntimeInformation.ProcessArchitecture is Architecture.Arm or Architecture.Arm64 or Architecture.Ppc64le ? 0x4000 | 0x8000 : 0x10000 | 0x20000;

    /// <summary>Deletes a directory, or a link of that name itself. Nothing happens when there is none.</summary>
    /// <param name="parent">The directory that holds it, no link.</param>
    /// <param name="name">Its name.</param>
    /// <exception cref="IOException">Something in it cannot be deleted.</exception>
    public static void Delete(string parent, string name)
    {
        if (!OperatingSystem.IsLinux())
        {
            // Does not follow links either, but goes by paths.
            if (Directory.Exists(Path.Combine(parent, name)))
            {
                Directory.Delete(Path.Combine(parent, name), recursive: true);
            }

            return;
        }

        using SafeFileHandle holder = Open(parent, ReadOnly | DirectoryItself | CloseOnExec);
        if (holder.IsInvalid)
        {
            ThrowUnlessGone(parent);
            return;
        }

        DeleteIn(holder, name, 0);
    }

    private static void DeleteIn(SafeFileHandle holder, string name, int depth)
    {
        using (SafeFileHandle directory = OpenAt(holder, name, ReadOnly | DirectoryItself | CloseOnExec))
        {
            if (directory.IsInvalid)
            {
                // Anything else is why it cannot be looked into: no descriptor left, no permission.
                if (Marshal.GetLastPInvokeError() is not (NoDirectory or Link))
                {
                    ThrowUnlessGone(name);
                    return;
                }

                Unlink(holder, name, 0);
                return;
            }

            foreach (string inner in List(directory))
            {
                if (depth == MaxDepth)
                {
                    throw new IOException($"'{name}' is nested too deeply.");
                }

                DeleteIn(directory, inner, depth + 1);
            }
        }

        Unlink(holder, name, RemoveDirectory);
    }

    // The names only: each is then resolved in the open directory itself.
    private static List<string> List(SafeFileHandle directory)
    {
        string self = string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{directory.DangerousGetHandle()}");
        return [.. Directory.EnumerateFileSystemEntries(self).Select(static path => Path.GetFileName(path))];
    }

    private static void Unlink(SafeFileHandle holder, string name, int flags)
    {
        if (UnlinkAt(holder, name, flags) != 0)
        {
            ThrowUnlessGone(name);
        }
    }

    private static void ThrowUnlessGone(string name)
    {
        int error = Marshal.GetLastPInvokeError();
        if (error != NotThere)
        {
            throw new IOException($"'{name}' cannot be deleted: {new Win32Exception(error).Message}");
        }
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "openat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial SafeFileHandle OpenAt(SafeFileHandle directory, string path, int flags);

    [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int UnlinkAt(SafeFileHandle directory, string path, int flags);
}
