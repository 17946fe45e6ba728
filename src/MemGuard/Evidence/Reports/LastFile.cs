using System.Runtime.InteropServices;
using System.Text;

namespace MemGuard.Evidence;

/// <summary>A file that a dying process can write: its names are encoded ahead, and on Unix it is made by three calls of the system that need no managed memory.</summary>
/// <remarks>It appears under its name when it is whole. Its directory is private: nobody else can put a link there.</remarks>
internal sealed unsafe partial class LastFile
{
    private const uint OwnerReadWrite = 0x180;

    private readonly string _path;
    private readonly string _temporaryPath;

    // With a zero at the end, as the system wants it; pinned, since it is given its address.
    private readonly byte[] _pathBytes;
    private readonly byte[] _temporaryBytes;

    /// <param name="path">The file's path.</param>
    public LastFile(string path)
    {
        _path = path;
        _temporaryPath = path + ".new";
        _pathBytes = Encode(_path);
        _temporaryBytes = Encode(_temporaryPath);
        if (!OperatingSystem.IsWindows())
        {
            // Once for nothing: the calls are bound and compiled while there is memory.
            _ = Close(-1);
            _ = WriteNative(-1, [0]);
            _ = RenameNative([0], [0]);
            _ = CreateNative([0]);
        }
    }

    public string Path => _path;

    /// <summary>Writes the file. Allocates nothing on Unix. Never throws.</summary>
    public bool TryWrite(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return OperatingSystem.IsWindows() ? WriteManaged(bytes) : WriteBySystem(bytes);
        }
        catch
        {
            return false;
        }
    }

    private static byte[] Encode(string path)
    {
        int length = Encoding.UTF8.GetByteCount(path);
        byte[] bytes = GC.AllocateArray<byte>(length + 1, pinned: true);
        Encoding.UTF8.GetBytes(path, bytes);
        return bytes;
    }

    private bool WriteManaged(ReadOnlySpan<byte> bytes)
    {
        using (FileStream stream = PrivateFile.Create(_temporaryPath, bufferSize: 0))
        {
            stream.Write(bytes);
        }

        File.Move(_temporaryPath, _path, overwrite: true);
        return true;
    }

    private bool WriteBySystem(ReadOnlySpan<byte> bytes)
    {
        int file = CreateNative(_temporaryBytes);
        if (file < 0)
        {
            return false;
        }

        bool isWhole = WriteAll(file, bytes);
        _ = Close(file);
        return isWhole && RenameNative(_temporaryBytes, _pathBytes) == 0;
    }

    private static bool WriteAll(int file, ReadOnlySpan<byte> bytes)
    {
        // An interrupted write tells how far it came, or nothing at all: a few attempts, then it is left.
        for (int attempts = 0; !bytes.IsEmpty && attempts < 64; attempts++)
        {
            nint written = WriteNative(file, bytes);
            if (written > 0)
            {
                bytes = bytes[(int)written..];
            }
        }

        return bytes.IsEmpty;
    }

    private static int CreateNative(ReadOnlySpan<byte> path)
    {
        fixed (byte* start = path)
        {
            return Create(start, OwnerReadWrite);
        }
    }

    private static nint WriteNative(int file, ReadOnlySpan<byte> bytes)
    {
        fixed (byte* start = bytes)
        {
            return Write(file, start, bytes.Length);
        }
    }

    private static int RenameNative(ReadOnlySpan<byte> from, ReadOnlySpan<byte> to)
    {
        fixed (byte* source = from, target = to)
        {
            return Rename(source, target);
        }
    }

    [LibraryImport("libc", EntryPoint = "creat")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Create(byte* path, uint mode);

    [LibraryImport("libc", EntryPoint = "write")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Write(int file, byte* bytes, nint count);

    [LibraryImport("libc", EntryPoint = "rename")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Rename(byte* from, byte* to);

    [LibraryImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Close(int file);
}
