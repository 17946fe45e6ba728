using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

public sealed class NettraceReaderTests
{
    private const int MostBlockBytes = 64 << 20;

    private readonly Sink _sink = new();

    [Fact]
    public void ReadToEnd_EventsOfTheRuntime_ComeWithIdThreadAndNumber()
    {
        Read(new NettraceStream()
            .Metadata((4, NettraceStream.RuntimeProvider, 18), (5, NettraceStream.RuntimeProvider, 19))
            .Events(new NettraceEvent(4, 7, 1, [1]), new NettraceEvent(5, 7, 2, [2, 2]), new NettraceEvent(4, 0x1_0000_0001, 9, []))
            .End());

        Assert.Equal(["18 of 7 number 1: 01", "19 of 7 number 2: 0202", "18 of 4294967297 number 9: "], _sink.Events);
    }

    // Not the runtime's, but it counts in its thread's numbers: without it there would seem to be a gap.
    [Theory]
    [InlineData("Another-Provider")]
    [InlineData("Microsoft-Windows-DotNETRuntim")]
    public void ReadToEnd_EventOfAnotherProvider_IsHandedOnWithoutItsId(string provider)
    {
        Read(new NettraceStream().Metadata((4, provider, 18)).Events(new NettraceEvent(4, 7, 1, [1])).End());

        Assert.Equal(["0 of 7 number 1: 01"], _sink.Events);
    }

    // The two providers use the same numbers for different events.
    [Fact]
    public void ReadToEnd_EventOfTheRundown_IsMarkedAsSuch()
    {
        Read(new NettraceStream().Metadata((4, "Microsoft-Windows-DotNETRuntimeRundown", 144)).Events(new NettraceEvent(4, 7, 1, [1])).End());

        Assert.Equal([$"{INettraceSink.Rundown + 144} of 7 number 1: 01"], _sink.Events);
    }

    [Fact]
    public void ReadToEnd_Stacks_HandsOnEachWithItsNumber()
    {
        Read(new NettraceStream().Block("StackBlock", [5, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 0]).End());

        Assert.Equal(["5: 0102030405060708", "6: "], _sink.Stacks);
    }

    [Fact]
    public void ReadToEnd_StackLeadsOutOfItsBlock_IsDamage() =>
        Refused(new NettraceStream().Block("StackBlock", [5, 0, 0, 0, 1, 0, 0, 0, 16, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8]).End());

    [Fact]
    public void ReadToEnd_SequencePoint_HandsOnEveryThread()
    {
        Read(new NettraceStream().SequencePoint((7, 3), (8, uint.MaxValue)).SequencePoint().End());

        Assert.Equal([(7UL, 3u), (8UL, uint.MaxValue)], _sink.Points);
    }

    [Fact]
    public void ReadToEnd_UnknownBlock_IsSkipped()
    {
        Read(new NettraceStream().Block("NewBlock", [1, 2, 3]).SequencePoint((7, 3)).End());

        Assert.Single(_sink.Points);
    }

    // A block begins where the stream's length is a multiple of four, whatever its name's length.
    [Fact]
    public void ReadToEnd_BlocksOfEveryAlignment_AreRead()
    {
        NettraceStream stream = new();
        for (int i = 0; i < 9; i++)
        {
            stream.Block(new string('x', i + 1), new byte[i]).SequencePoint((7, (uint)i));
        }

        Read(stream.End());

        Assert.Equal(Enumerable.Range(0, 9), _sink.Points.Select(static point => (int)point.Sequence));
    }

    [Fact]
    public void ReadToEnd_WhatFollowsTheEndMark_IsNotRead()
    {
        using MemoryStream stream = new([.. new NettraceStream().SequencePoint((7, 3)).End(), 0xFF, 0xFF]);

        new NettraceReader(stream, _sink).ReadToEnd();

        Assert.Equal(2, stream.Length - stream.Position);
    }

    [Fact]
    public void ReadToEnd_StreamComesByteByByte_IsTheSame()
    {
        using MemoryStream whole = new(ExampleStream.Whole());
        new NettraceReader(whole, _sink).ReadToEnd();
        Sink dripping = new();

        new NettraceReader(new DrippingStream(ExampleStream.Whole()), dripping).ReadToEnd();

        Assert.NotEmpty(dripping.Events);
        Assert.Equal(_sink.Events, dripping.Events);
    }

    [Fact]
    public void ReadToEnd_BlockLargerThanTheFirstBuffer_IsRead()
    {
        byte[] payload = new byte[1 << 20];
        payload[^1] = 42;
        Read(new NettraceStream().Metadata((4, NettraceStream.RuntimeProvider, 18)).Events(new NettraceEvent(4, 7, 1, payload)).End());

        Assert.EndsWith("2A", Assert.Single(_sink.Events), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("NetTrace")]
    [InlineData("GET / HTTP/1.1 is no event stream at all")]
    public void ReadToEnd_AnotherFormat_SaysSo(string text) =>
        Assert.Contains("not a nettrace stream", Refused([.. System.Text.Encoding.ASCII.GetBytes(text), .. new byte[100]]).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(MostBlockBytes + 1)]
    [InlineData(int.MaxValue)]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void ReadToEnd_BlockOfImpossibleSize_IsRefusedBeforeItIsMadeRoomFor(int size)
    {
        byte[] stream = new NettraceStream().Block("EventBlock", [], size).End();
        long before = GC.GetAllocatedBytesForCurrentThread();

        InvalidDataException error = Refused(stream);

        Assert.Contains("impossible size", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1 << 20);
    }

    [Fact]
    public void ReadToEnd_UncompressedHeaders_AreRefused() =>
        Assert.Contains("uncompressed", Refused(new NettraceStream().Block("EventBlock", [20, 0, 0, 0, .. new byte[16]]).End()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(-2)]
    [InlineData(short.MinValue)]
    public void ReadToEnd_HeaderOfNegativeLength_IsDamage(short length)
    {
        byte[] block = NettraceStream.EventBlock(new NettraceEvent(4, 7, 1, []));
        block[0] = (byte)length;
        block[1] = (byte)(length >> 8);

        Refused(new NettraceStream().Block("EventBlock", block).End());
    }

    // More than the block has, more than an int holds, and a negative number.
    [Theory]
    [InlineData(1000UL)]
    [InlineData(0x7FFF_FFFFUL)]
    [InlineData(0x8000_0000UL)]
    [InlineData(0xFFFF_FFFFUL)]
    public void ReadToEnd_PayloadLongerThanItsBlock_IsDamage(ulong length)
    {
        List<byte> block = [20, 0, 1, 0, .. new byte[16], 128, 0];
        NettraceStream.AddVariable(block, length);

        Refused(new NettraceStream().Block("EventBlock", [.. block, 1, 2, 3]).End());
    }

    [Fact]
    public void ReadToEnd_MetadataWithoutTheEndOfItsName_NamesNoEvent()
    {
        NettraceEvent unfinished = new(0, 0, 0, [.. NettraceStream.UInt32(4), .. System.Text.Encoding.Unicode.GetBytes(NettraceStream.RuntimeProvider)]);

        Read(new NettraceStream().Block("MetadataBlock", NettraceStream.EventBlock(unfinished)).Events(new NettraceEvent(4, 7, 1, [])).End());

        Assert.Equal(["0 of 7 number 1: "], _sink.Events);
    }

    [Fact]
    public void ReadToEnd_SequencePointWithFewerThreadsThanItSays_IsDamage() =>
        Refused(new NettraceStream().Block("SPBlock", [.. new byte[8], .. NettraceStream.UInt32(1000), .. new byte[24]]).End());

    [Fact]
    public void ReadToEnd_StreamBreaksOff_IsItsEndAndNotDamage() =>
        Assert.Throws<EndOfStreamException>(() => Read(ExampleStream.Begin().CutHere()));

    private void Read(byte[] stream) => new NettraceReader(new MemoryStream(stream), _sink).ReadToEnd();

    private InvalidDataException Refused(byte[] stream) => Assert.Throws<InvalidDataException>(() => Read(stream));

    private sealed class Sink : INettraceSink
    {
        public List<string> Events { get; } = [];

        public List<(ulong Thread, uint Sequence)> Points { get; } = [];

        public void OnEvent(int eventId, in NettraceEventHeader header, ReadOnlySpan<byte> payload) =>
            Events.Add($"{eventId} of {header.CaptureThread} number {header.Sequence}: {Convert.ToHexString(payload)}");

        public List<string> Stacks { get; } = [];

        public void OnStack(uint id, ReadOnlySpan<byte> addresses) => Stacks.Add($"{id}: {Convert.ToHexString(addresses)}");

        public void OnSequencePoint(ulong captureThread, uint sequence) => Points.Add((captureThread, sequence));
    }

    private sealed class DrippingStream(byte[] content) : MemoryStream(content)
    {
        public override int Read(byte[] buffer, int offset, int count) => base.Read(buffer, offset, Math.Min(count, 1));

        public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 1)]);
    }
}
