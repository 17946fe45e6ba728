using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>What a header leaves out is the previous one's.</summary>
public sealed class NettraceEventHeaderTests
{
    private const byte Metadata = 1;
    private const byte Numbers = 2;
    private const byte Thread = 4;
    private const byte Stack = 8;
    private const byte Activity = 16;
    private const byte RelatedActivity = 32;
    private const byte Sorted = 64;
    private const byte Payload = 128;

    private NettraceEventHeader _header;

    [Fact]
    public void Read_EverythingWritten_IsTaken()
    {
        int read = Read([Metadata | Numbers | Payload, 5, 2, 7, 0, 100, 9]);

        Assert.Equal((5u, 3u, 7UL, 9), (_header.MetadataId, _header.Sequence, _header.CaptureThread, _header.PayloadBytes));
        Assert.Equal(7, read);
    }

    [Fact]
    public void Read_NothingWritten_RepeatsAndCountsOn()
    {
        Read([Metadata | Numbers | Payload, 5, 2, 7, 0, 100, 9]);

        int read = Read([0, 100]);

        Assert.Equal((5u, 4u, 7UL, 9), (_header.MetadataId, _header.Sequence, _header.CaptureThread, _header.PayloadBytes));
        Assert.Equal(2, read);
    }

    // Metadata has the id 0 and no number of its own.
    [Fact]
    public void Read_MetadataEvent_DoesNotCount()
    {
        Read([Metadata | Numbers, 0, 4, 7, 0, 100]);

        Assert.Equal(4u, _header.Sequence);
    }

    [Theory]
    [InlineData(Thread, 1)]
    [InlineData(Stack, 1)]
    [InlineData(Thread | Stack, 2)]
    [InlineData(Activity, 16)]
    [InlineData(RelatedActivity, 16)]
    [InlineData(Activity | RelatedActivity, 32)]
    [InlineData(Sorted, 0)]
    [InlineData(Thread | Stack | Activity | RelatedActivity | Sorted, 34)]
    public void Read_FieldsThatNobodyNeeds_AreSkipped(byte flags, int bytes) => Assert.Equal(2 + bytes, Read([flags, .. new byte[bytes], 100]));

    [Theory]
    [InlineData(0x7FUL, 1)]
    [InlineData(0x80UL, 2)]
    [InlineData(0x3FFFUL, 2)]
    [InlineData(0x4000UL, 3)]
    [InlineData(ulong.MaxValue, 10)]
    public void Read_NumbersOfEveryLength_AreTakenWhole(ulong thread, int bytes)
    {
        List<byte> header = [Numbers, 0];
        NettraceStream.AddVariable(header, thread);

        int read = Read([.. header, 0, 100]);

        Assert.Equal(thread, _header.CaptureThread);
        Assert.Equal(4 + bytes, read);
    }

    [Fact]
    public void Read_NumberWithoutEnd_IsDamage() =>
        Assert.Throws<InvalidDataException>(() => Read([Numbers, .. Enumerable.Repeat((byte)0xFF, 20)]));

    // The thread of the writer and its numbers belong together: after 4 294 967 295 comes 0.
    [Fact]
    public void Read_NumberAtItsEnd_BeginsAnew()
    {
        Read([Metadata | Numbers, 5, 0xFE, 0xFF, 0xFF, 0xFF, 0x0F, 7, 0, 100]);
        Assert.Equal(uint.MaxValue, _header.Sequence);

        Read([0, 100]);

        Assert.Equal(0u, _header.Sequence);
    }

    private int Read(byte[] block)
    {
        int position = 0;
        _header.Read(block, ref position);
        return position;
    }
}
