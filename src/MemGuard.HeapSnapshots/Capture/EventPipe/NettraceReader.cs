using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Reads the runtime's event stream (nettrace, version 4) block by block and hands on the runtime provider's events.</summary>
/// <remarks>Format: the EventPipe file format document of microsoft/perfview. Unknown blocks are skipped, malformed ones throw <see cref="InvalidDataException"/>.</remarks>
internal sealed class NettraceReader(Stream stream, INettraceSink sink)
{
    private const byte NullReference = 1;
    private const byte BeginPrivateObject = 5;
    private const byte EndObject = 6;
    private const int TraceObjectBytes = 48;
    private const int MaxBlockBytes = 64 << 20;
    private const string RuntimeProvider = "Microsoft-Windows-DotNETRuntime";
    private const string RundownProvider = "Microsoft-Windows-DotNETRuntimeRundown";

    private readonly Dictionary<uint, int> _eventIds = [];
    private byte[] _block = new byte[256 << 10];
    private long _position;

    /// <exception cref="InvalidDataException">The stream is damaged.</exception>
    /// <exception cref="EndOfStreamException">The stream breaks off.</exception>
    public void ReadToEnd()
    {
        try
        {
            ReadObjects();
        }
        catch (Exception exception) when (exception is ArgumentException or IndexOutOfRangeException or OverflowException)
        {
            // A length or a count that leads out of its block: the spans have checked it already.
            throw new InvalidDataException("The event stream is damaged.", exception);
        }
    }

    private void ReadObjects()
    {
        ReadHeader();
        while (true)
        {
            byte tag = ReadByte();
            if (tag == NullReference)
            {
                return;
            }

            Expect(tag, BeginPrivateObject);
            string name = ReadTypeName();
            if (name == "Trace")
            {
                Fill(TraceObjectBytes);
            }
            else
            {
                ReadBlock(name);
            }

            Expect(ReadByte(), EndObject);
        }
    }

    private void ReadHeader()
    {
        ReadOnlySpan<byte> expected = "Nettrace\u0014\0\0\0!FastSerialization.1"u8;
        if (!Fill(expected.Length).SequenceEqual(expected))
        {
            throw new InvalidDataException("The stream is not a nettrace stream.");
        }
    }

    private string ReadTypeName()
    {
        Expect(ReadByte(), BeginPrivateObject);
        Expect(ReadByte(), NullReference);
        int nameBytes = BinaryPrimitives.ReadInt32LittleEndian(Fill(12)[8..]);
        string name = System.Text.Encoding.UTF8.GetString(Fill(nameBytes));
        Expect(ReadByte(), EndObject);
        return name;
    }

    private void ReadBlock(string name)
    {
        int size = BinaryPrimitives.ReadInt32LittleEndian(Fill(4));
        Fill((int)(-_position & 3));
        ReadOnlySpan<byte> block = Fill(size);
        switch (name)
        {
            case "EventBlock":
                ReadEvents(block, isMetadata: false);
                break;
            case "MetadataBlock":
                ReadEvents(block, isMetadata: true);
                break;
            case "StackBlock":
                ReadStacks(block);
                break;
            case "SPBlock":
                ReadSequencePoint(block);
                break;
            default:
                break;
        }
    }

    private void ReadEvents(ReadOnlySpan<byte> block, bool isMetadata)
    {
        int headerBytes = BinaryPrimitives.ReadInt16LittleEndian(block);
        bool isCompressed = (BinaryPrimitives.ReadInt16LittleEndian(block[2..]) & 1) != 0;
        if (!isCompressed)
        {
            throw new InvalidDataException("The stream has uncompressed event headers, which this runtime version does not write.");
        }

        NettraceEventHeader header = default;
        int position = headerBytes;
        while (position < block.Length)
        {
            header.Read(block, ref position);
            ReadOnlySpan<byte> payload = block.Slice(position, header.PayloadBytes);
            position += header.PayloadBytes;
            if (isMetadata)
            {
                ReadMetadata(payload);
            }
            else
            {
                // Another provider's event has no id, and still counts in its thread's numbers.
                sink.OnEvent(_eventIds.GetValueOrDefault(header.MetadataId), header, payload);
            }
        }
    }

    private void ReadMetadata(ReadOnlySpan<byte> payload)
    {
        uint metadataId = BinaryPrimitives.ReadUInt32LittleEndian(payload);
        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(payload[4..]);
        int length = text.IndexOf('\0');
        if (length < 0)
        {
            return;
        }

        bool isRundown = text[..length].SequenceEqual(RundownProvider);
        if (isRundown || text[..length].SequenceEqual(RuntimeProvider))
        {
            int eventId = BinaryPrimitives.ReadInt32LittleEndian(payload[(4 + (2 * (length + 1)))..]);
            _eventIds[metadataId] = isRundown ? eventId | INettraceSink.Rundown : eventId;
        }
    }

    private void ReadStacks(ReadOnlySpan<byte> block)
    {
        uint id = BinaryPrimitives.ReadUInt32LittleEndian(block);
        int count = BinaryPrimitives.ReadInt32LittleEndian(block[4..]);
        ReadOnlySpan<byte> rest = block[8..];
        for (int i = 0; i < count; i++)
        {
            int bytes = BinaryPrimitives.ReadInt32LittleEndian(rest);
            sink.OnStack(id++, rest.Slice(4, bytes));
            rest = rest[(4 + bytes)..];
        }
    }

    private void ReadSequencePoint(ReadOnlySpan<byte> block)
    {
        int count = BinaryPrimitives.ReadInt32LittleEndian(block[8..]);
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> entry = block.Slice(12 + (12 * i), 12);
            sink.OnSequencePoint(BinaryPrimitives.ReadUInt64LittleEndian(entry), BinaryPrimitives.ReadUInt32LittleEndian(entry[8..]));
        }
    }

    private byte ReadByte() => Fill(1)[0];

    private ReadOnlySpan<byte> Fill(int count)
    {
        if ((uint)count > MaxBlockBytes)
        {
            throw new InvalidDataException("The stream has a block of impossible size.");
        }

        if (count > _block.Length)
        {
            _block = new byte[Math.Max(count, 2 * _block.Length)];
        }

        Span<byte> target = _block.AsSpan(0, count);
        stream.ReadExactly(target);
        _position += count;
        return target;
    }

    private static void Expect(byte actual, byte expected)
    {
        if (actual != expected)
        {
            throw new InvalidDataException("The stream is damaged: an object does not begin or end where it should.");
        }
    }
}
