using System.Runtime.InteropServices;

namespace MemGuard.Tests.Recording;

/// <summary>A real file system of a few pages.</summary>
internal sealed partial class SmallDisk : IDisposable
{
    private SmallDisk(string path) => Path = path;

    public string Path { get; }

    /// <summary>Why there can be none here; null when there can.</summary>
    public static string? RefusedBecause { get; } = TryOnce();

    /// <summary>Mounts one below a directory.</summary>
    public static SmallDisk Mount(string directory)
    {
        string path = Directory.CreateDirectory(System.IO.Path.Combine(directory, "disk")).FullName;
        return Mount("memguard-test", path, "tmpfs", 0, "size=64k,mode=0700") == 0
            ? new SmallDisk(path)
            : throw new IOException($"a file system cannot be mounted here (error {Marshal.GetLastPInvokeError()})");
    }

    /// <summary>Leaves no space at all.</summary>
    public void Fill()
    {
        using FileStream file = File.Create(System.IO.Path.Combine(Path, "filling"), bufferSize: 1);
        Assert.Throws<IOException>((Action)(() => FillWith(file)));
    }

    public void Dispose() => Assert.Equal(0, Unmount(Path));

    private static void FillWith(FileStream file)
    {
        while (true)
        {
            file.Write(new byte[4096]);
        }
    }

    private static string? TryOnce()
    {
        string directory = Directory.CreateTempSubdirectory("memguard-disk-").FullName;
        try
        {
            Mount(directory).Dispose();
            return null;
        }
        catch (Exception exception) when (exception is IOException or EntryPointNotFoundException or DllNotFoundException)
        {
            return exception.Message;
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Mount(string source, string target, string type, nuint flags, string data);

    [LibraryImport("libc", EntryPoint = "umount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Unmount(string target);
}
