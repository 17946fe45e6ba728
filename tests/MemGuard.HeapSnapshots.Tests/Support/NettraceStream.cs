using System.Buffers.Binary;
using System.Text;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>Writes a small event stream as the runtime does: nettrace, version 4, compressed event headers.</summary>
internal sealed class NettraceStream
{
    public const string RuntimeProvider = "Microsoft-Windows-DotNETRuntime";

    private readonly List<byte> _bytes = [];

    public NettraceStream()
    {
        _bytes.AddRange("Nettrace"u8);
        AddLengthAndText("!FastSerialization.1");
        Begin("Trace");
        _bytes.AddRange(new byte[48]);
        _bytes.Add(6);
    }

    /// <summary>Says which event of which provider each metadata id stands for.</summary>
    public NettraceStream Metadata(params (uint Id, string Provider, int EventId)[] definitions)
    {
        List<NettraceEvent> events = [];
        foreach ((uint id, string provider, int eventId) in definitions)
        {
            events.Add(new NettraceEvent(0, 0, 0, [.. UInt32(id), .. Encoding.Unicode.GetBytes(provider + "\0"), .. UInt32((uint)eventId), 0, 0]));
        }

        return Block("MetadataBlock", EventBlock([.. events]));
    }

    public NettraceStream Events(params ReadOnlySpan<NettraceEvent> events) => Block("EventBlock", EventBlock(events));

    public NettraceStream SequencePoint(params (ulong Thread, uint Sequence)[] threads)
    {
        List<byte> content = [.. new byte[8], .. UInt32((uint)threads.Length)];
        foreach ((ulong thread, uint sequence) in threads)
        {
            content.AddRange([.. UInt64(thread), .. UInt32(sequence)]);
        }

        return Block("SPBlock", [.. content]);
    }

    public NettraceStream Block(string name, byte[] content, int? size = null)
    {
        Begin(name);
        _bytes.AddRange(UInt32((uint)(size ?? content.Length)));
        while (_bytes.Count % 4 != 0)
        {
            _bytes.Add(0);
        }

        _bytes.AddRange(content);
        _bytes.Add(6);
        return this;
    }

    /// <summary>The stream with its end mark.</summary>
    public byte[] End() => [.. _bytes, 1];

    /// <summary>The stream as it is, for instance cut off by a crash.</summary>
    public byte[] CutHere() => [.. _bytes];

    public static byte[] EventBlock(params ReadOnlySpan<NettraceEvent> events)
    {
        List<byte> content = [20, 0, 1, 0, .. new byte[16]];
        uint sequence = 0;
        foreach (NettraceEvent one in events)
        {
            content.Add(1 | 2 | 128);
            AddVariable(content, one.MetadataId);
            AddVariable(content, unchecked(one.Sequence - sequence - (one.MetadataId == 0 ? 0u : 1u)));
            AddVariable(content, one.Thread);
            AddVariable(content, 0);
            AddVariable(content, 100);
            AddVariable(content, (ulong)one.Payload.Length);
            content.AddRange(one.Payload);
            sequence = one.Sequence;
        }

        return [.. content];
    }

    public static void AddVariable(List<byte> target, ulong value)
    {
        while (value >= 0x80)
        {
            target.Add((byte)(value | 0x80));
            value >>= 7;
        }

        target.Add((byte)value);
    }

    public static byte[] UInt32(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
        return bytes;
    }

    public static byte[] UInt64(ulong value)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, value);
        return bytes;
    }

    private void Begin(string type)
    {
        _bytes.AddRange([5, 5, 1, .. UInt32(2), .. UInt32(2)]);
        AddLengthAndText(type);
        _bytes.Add(6);
    }

    private void AddLengthAndText(string text)
    {
        _bytes.AddRange(UInt32((uint)text.Length));
        _bytes.AddRange(Encoding.UTF8.GetBytes(text));
    }
}
