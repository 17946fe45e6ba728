using System.Text;
using Microsoft.Win32.SafeHandles;

namespace MemGuard.Containers;

/// <summary>The real virtual files.</summary>
internal sealed class SystemFiles : ISystemFiles
{
    private const int ShortFile = 2048;

    public static SystemFiles Instance { get; } = new();

    public ISystemFile? Open(string path)
    {
        // Asked first: the first exception of a process loads messages and culture data that stay resident, and stops whoever debugs.
        if (!File.Exists(path))
        {
            return null;
        }

        try
        {
            // Sharing everything keeps the runtime from placing an advisory lock on the file.
            return new KeptFile(File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception unreadable) when (IsExpected(unreadable))
        {
            return null;
        }
    }

    public string? ReadText(string path, int largestBytes = 1 << 20)
    {
        using ISystemFile? file = Open(path);
        if (file is null)
        {
            return null;
        }

        // Virtual files report no length: grow until one read leaves room.
        for (int size = 4096; size <= largestBytes; size *= 2)
        {
            byte[] buffer = new byte[size];
            int length = file.Read(buffer);
            if (length < 0)
            {
                return null;
            }

            if (length < size)
            {
                return Encoding.UTF8.GetString(buffer, 0, length);
            }
        }

        return null;
    }

    private static bool IsExpected(Exception exception) =>
        exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException;

    private sealed class KeptFile(SafeFileHandle handle) : ISystemFile
    {
        public int Read(Span<byte> buffer)
        {
            // The kernel hands a long file out in pieces of about a page; a short first piece is the whole file,
            // and the second call that would confirm it costs as much as the first.
            int length = Read(buffer, 0);
            int piece = length;
            while (piece > 0 && length >= ShortFile && length < buffer.Length)
            {
                piece = Read(buffer[length..], length);
                if (piece < 0)
                {
                    return -1;
                }

                length += piece;
            }

            return length;
        }

        public int Read(Span<byte> buffer, long offset)
        {
            try
            {
                return RandomAccess.Read(handle, buffer, offset);
            }
            catch (Exception gone) when (IsExpected(gone) || gone is ObjectDisposedException)
            {
                return -1;
            }
        }

        public void Dispose() => handle.Dispose();
    }
}
