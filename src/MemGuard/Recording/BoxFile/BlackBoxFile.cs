using System.Runtime.CompilerServices;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.Recording;

/// <summary>
/// The file of a living process's black box. It is written at positions and never mapped: a mapped file that somebody truncates, or for which the
/// disk has no space, ends the process.
/// </summary>
/// <remarks>
/// Open without sharing, which is a lock that ends with the process, however it ends. The space is taken at the beginning: a full disk is known then
/// and not in the middle.
/// </remarks>
internal sealed class BlackBoxFile : IBlackBoxPages
{
    // Keeps the handle and its lock.
    private readonly FileStream _stream;
    private readonly SafeFileHandle _handle;
    private readonly string _path;

    private BlackBoxFile(FileStream stream, string path)
    {
        _stream = stream;
        _handle = stream.SafeFileHandle;
        _path = path;
    }

    /// <summary>Makes the file, whole: nobody finds half of one under its name.</summary>
    /// <param name="temporaryPath">Where it is made.</param>
    /// <param name="path">Where it is found.</param>
    /// <param name="header">Who writes it.</param>
    public static BlackBoxFile Create(string temporaryPath, string path, BlackBoxHeader header)
    {
        byte[] whole = new byte[BlackBoxFormat.FileBytes];
        header.WriteTo(whole.AsSpan(0, BlackBoxFormat.PageBytes));
        FileStream stream = PrivateFile.Create(temporaryPath, FileShare.None, bufferSize: 0, preallocationSize: whole.Length);
        try
        {
            RandomAccess.Write(stream.SafeFileHandle, whole, 0);
            File.Move(temporaryPath, path);
            return new BlackBoxFile(stream, path);
        }
        catch
        {
            stream.Dispose();
            Containment.Run(temporaryPath, File.Delete);
            throw;
        }
    }

    [MethodImpl(EverySample.Compiled)]
    public void Write(ReadOnlySpan<byte> bytes, long at) => RandomAccess.Write(_handle, bytes, at);

    public void Delete()
    {
        // Before it is closed: nobody may take it for a dead process's.
        File.Delete(_path);
        _stream.Dispose();
    }

    /// <summary>Closes the file and lets it lie, as the end of the process does.</summary>
    public void Dispose() => _stream.Dispose();
}
