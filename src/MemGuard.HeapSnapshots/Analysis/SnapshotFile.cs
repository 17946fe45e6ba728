using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;
using MemGuard.HeapSnapshots.Files;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The file of a snapshot: a magic line, a version, the length and hash of the content, the content as compressed JSON.</summary>
internal static class SnapshotFile
{
    private const int Version = 1;

    // The largest snapshot that this version writes has 12 MB of text: 5,000 paths and 2,000 types with the longest names.
    private const int MaxContentBytes = 16 << 20;

    // A value takes a few bytes in the file and a hundred in memory: what is read is bounded in values too. 5,000 paths have 90,000.
    private const int MaxValues = 300_000;
    private const int HeaderBytes = 16 + 4 + 8 + Sha256.HashBytes;

    private static ReadOnlySpan<byte> Magic => "MemGuardSnapshot"u8;

    public static void Write(string path, SnapshotData data)
    {
        byte[] content = Compress(data);
        byte[] header = new byte[HeaderBytes];
        Magic.CopyTo(header);
        BinaryPrimitives.WriteInt32LittleEndian(header.AsSpan(16), Version);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(20), content.Length);
        Sha256.Hash(content).CopyTo(header, 28);
        using FileStream file = PrivateFile.Create(path);
        file.Write(header);
        file.Write(content);
        file.Flush(flushToDisk: true);
    }

    public static SnapshotData Read(string path)
    {
        using FileStream file = File.OpenRead(path);
        if (!file.CanSeek)
        {
            throw new InvalidDataException($"'{path}' is no ordinary file.");
        }

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
        return Sha256.Hash(content).AsSpan().SequenceEqual(header.AsSpan(28, Sha256.HashBytes))
            ? Decompress(content, path)
            : throw new InvalidDataException($"The snapshot '{path}' is damaged: its content does not match its checksum.");
    }

    private static byte[] Compress(SnapshotData data)
    {
        using MemoryStream target = new();
        using (BrotliStream compressed = new(target, CompressionLevel.Fastest, leaveOpen: true))
        {
            JsonSerializer.Serialize(compressed, data, SnapshotJsonContext.Compact.SnapshotData);
        }

        return target.ToArray();
    }

    private static SnapshotData Decompress(byte[] content, string path)
    {
        try
        {
            byte[] json = Inflate(content, path);
            CountValues(json, path);
            SnapshotData data = JsonSerializer.Deserialize(json, SnapshotJsonContext.Compact.SnapshotData)
                ?? throw new InvalidDataException($"The snapshot '{path}' is damaged: it is empty.");
            return SnapshotCheck.FindNonsense(data) is { } nonsense ? throw new InvalidDataException($"The snapshot '{path}' is damaged: {nonsense}.") : data;
        }
        catch (Exception exception) when (exception is not (InvalidDataException or OutOfMemoryException))
        {
            throw new InvalidDataException($"The snapshot '{path}' is damaged: its content cannot be read.", exception);
        }
    }

    // A few bytes can stand for gigabytes: it is counted what comes out.
    private static byte[] Inflate(byte[] content, string path)
    {
        using BrotliStream source = new(new MemoryStream(content), CompressionMode.Decompress);
        using MemoryStream target = new();
        byte[] part = new byte[64 << 10];
        for (int read = source.Read(part); read > 0; read = source.Read(part))
        {
            target.Write(part.AsSpan(0, read));
            if (target.Length > MaxContentBytes)
            {
                throw new InvalidDataException($"The snapshot '{path}' is damaged: it holds more than {ByteText.Of(MaxContentBytes)}, which no snapshot does.");
            }
        }

        return target.ToArray();
    }

    private static void CountValues(byte[] json, string path)
    {
        Utf8JsonReader reader = new(json);
        int values = 0;
        while (reader.Read())
        {
            if (++values > MaxValues)
            {
                throw new InvalidDataException($"The snapshot '{path}' is damaged: it has more parts than any snapshot.");
            }
        }
    }
}
