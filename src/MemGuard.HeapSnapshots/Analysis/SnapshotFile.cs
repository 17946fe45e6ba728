using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using MemGuard.HeapSnapshots.Files;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The file of a snapshot: a magic line, a version, the length and hash of the content, the content as compressed JSON.</summary>
internal static class SnapshotFile
{
    private const int Version = 1;
    private const int MaxContentBytes = 256 << 20;
    private const int HashBytes = 32;
    private const int HeaderBytes = 16 + 4 + 8 + HashBytes;

    private static ReadOnlySpan<byte> Magic => "MemGuardSnapshot"u8;

    public static void Write(string path, SnapshotData data)
    {
        byte[] content = Compress(data);
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(20), content.Length);
        SHA256.HashData(content, header.AsSpan(28));
        using FileStream file = PrivateFile.Create(path);
        file.Write(header);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    public static SnapshotData Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        byte[] header = new byte[HeaderBytes];
        int read = file.ReadAtLeast(header, HeaderBytes, throwOnEndOfStream: false);
        if (read < Magic.Length || !header.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new InvalidDataException($"'{path}' is not a MemGuard snapshot.");
        }

        if (read < HeaderBytes)
        {
            throw new InvalidDataException($"The snapshot '{path}' is cut short: its header is incomplete.");
        }

        int version = BinaryPrimitives.ReadInt32LittleEndian(header.AsSpan(16));
        if (version != Version)
        {
            throw new InvalidDataException($"The snapshot '{path}' has format version {version}; this version of MemGuard reads version {Version}.");
        }

        long length = BinaryPrimitives.ReadInt64LittleEndian(header.AsSpan(20));
        long actual = file.Length - HeaderBytes;
        if (length is < 0 or > MaxContentBytes)
        {
            throw new InvalidDataException($"The snapshot '{path}' is damaged: its header states an impossible length.");
        }

        if (actual != length)
        {
            throw new InvalidDataException(actual < length
                ? $"The snapshot '{path}' is cut short: {actual} of {length} bytes are there."
                : $"The snapshot '{path}' is damaged: {actual - length} bytes follow its end.");
        }

        byte[] content = new byte[length];
        file.ReadExactly(content);
        return SHA256.HashData(content).AsSpan().SequenceEqual(header.AsSpan(28, HashBytes))
            ? Decompress(content, path)
            : throw new InvalidDataException($"The snapshot '{path}' is damaged: its content does not match its checksum.");
    }

    private static byte[] Compress(SnapshotData data)
    {
        using MemoryStream target = new();
        using (BrotliStream compressed = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(compressed, data, SnapshotJsonContext.Default.SnapshotData);
        }

        return target.ToArray();
    }

    private static SnapshotData Decompress(byte[] content, string path)
    {
        try
        {
            using BrotliStream source = new(new MemoryStream(content), CompressionMode.Decompress);
            return JsonSerializer.Deserialize(source, SnapshotJsonContext.Default.SnapshotData)
                ?? throw new InvalidDataException($"The snapshot '{path}' is damaged: it is empty.");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            throw new InvalidDataException($"The snapshot '{path}' is damaged: its content cannot be read.", exception);
        }
    }
}
