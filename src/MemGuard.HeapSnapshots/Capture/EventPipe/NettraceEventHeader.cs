namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A compressed event header: each field not written repeats the previous header's.</summary>
internal struct NettraceEventHeader
{
    private const int GuidBytes = 16;

    public uint MetadataId;
    public uint Sequence;
    public ulong CaptureThread;
    public uint StackId;
    public int PayloadBytes;

    public void Read(ReadOnlySpan<byte> block, ref int position)
    {
        byte flags = block[position++];
        if ((flags & 1) != 0)
        {
            MetadataId = (uint)ReadVariable(block, ref position);
        }

        if ((flags & 2) != 0)
        {
            Sequence += (uint)ReadVariable(block, ref position);
            CaptureThread = ReadVariable(block, ref position);
            ReadVariable(block, ref position);
        }

        if (MetadataId != 0)
        {
            Sequence++;
        }

        if ((flags & 4) != 0)
        {
            ReadVariable(block, ref position);
        }

        if ((flags & 8) != 0)
        {
            StackId = (uint)ReadVariable(block, ref position);
        }

        ReadVariable(block, ref position);
        position += (flags & 16) != 0 ? GuidBytes : 0;
        position += (flags & 32) != 0 ? GuidBytes : 0;
        if ((flags & 128) != 0)
        {
            PayloadBytes = (int)ReadVariable(block, ref position);
        }
    }

    private static ulong ReadVariable(ReadOnlySpan<byte> block, ref int position)
    {
        ulong value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            byte next = block[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw new InvalidDataException("The stream is damaged: a number does not end.");
    }
}
