using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>A stream that is damaged in any way gives a snapshot or a clear error: no other exception, no endless loop, no endless allocation, and no crash in the naming.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class DamagedStreamTests
{
    // A damaged size may ask for one block of the greatest size, and the address index for some chunks.
    private const long MostBytes = 200 << 20;

    [Fact]
    public void Read_WholeStream_IsCompleteAndNamed()
    {
        SnapshotData data = Analyse(ExampleStream.Whole(), typeof(object).Assembly)!;

        Assert.Null(data.IncompleteBecause);
        Assert.Equal(4, data.ObjectCount);
        Assert.StartsWith("static ExampleStream.Kept → List<string>", data.Places[0].Name, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0x01)]
    [InlineData(0x08)]
    [InlineData(0x80)]
    [InlineData(0xFF)]
    public void Read_AnyByteFlipped_IsASnapshotOrAClearError(byte bits)
    {
        byte[] whole = ExampleStream.Whole();
        long native = NativeMeter.CurrentBytes;
        for (int position = 0; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= bits;
            NativeMeter.ResetPeak();
            long before = GC.GetAllocatedBytesForCurrentThread();

            Analyse(damaged);

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before + NativeMeter.PeakBytes - native, 0, MostBytes);
        }

        Assert.Equal(native, NativeMeter.CurrentBytes);
    }

    [Fact]
    public void Read_CutAnywhere_IsAnError()
    {
        byte[] whole = ExampleStream.Whole();
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.True(Analyse(whole[..length]) is null, $"{length} of {whole.Length} bytes were taken for the whole stream");
        }
    }

    [Fact]
    public void Read_AnyByteLost_IsASnapshotOrAClearError()
    {
        byte[] whole = ExampleStream.Whole();
        for (int position = 0; position < whole.Length; position++)
        {
            Analyse([.. whole[..position], .. whole[(position + 1)..]]);
        }
    }

    [Fact]
    public void Read_AnyByteTwice_IsASnapshotOrAClearError()
    {
        byte[] whole = ExampleStream.Whole();
        for (int position = 0; position < whole.Length; position++)
        {
            Analyse([.. whole[..position], .. whole[position..]]);
        }
    }

    [Fact]
    public void Read_AnyEventLost_IsIncomplete()
    {
        NettraceEvent[] events = ExampleStream.Events();
        for (int lost = 0; lost < events.Length; lost++)
        {
            NettraceEvent[] left = [.. events.Where((_, i) => i != lost)];

            SnapshotData data = Analyse(ExampleStream.Begin().Events(left).SequencePoint((ExampleStream.Thread, (uint)events.Length)).End())!;

            Assert.True(data.IncompleteBecause is not null, $"event {lost} is missing");
            Assert.Empty(data.Places);
        }
    }

    [Fact]
    public void Read_AnyTwoEventsExchanged_IsIncomplete()
    {
        NettraceEvent[] events = ExampleStream.Events();
        for (int first = 0; first + 1 < events.Length; first++)
        {
            NettraceEvent[] exchanged = [.. events[..first], events[first + 1], events[first], .. events[(first + 2)..]];

            SnapshotData data = Analyse(ExampleStream.Begin().Events(exchanged).SequencePoint((ExampleStream.Thread, (uint)events.Length)).End())!;

            Assert.True(data.IncompleteBecause is not null, $"events {first} and {first + 1} are exchanged");
        }
    }

    [Fact]
    public void Read_BlocksExchanged_IsIncomplete()
    {
        NettraceEvent[] events = ExampleStream.Events();

        SnapshotData data = Analyse(ExampleStream.Begin().Events(events.AsSpan(5)).Events(events.AsSpan(0, 5)).SequencePoint((ExampleStream.Thread, (uint)events.Length)).End())!;

        Assert.NotNull(data.IncompleteBecause);
    }

    [Fact]
    public void Read_BlockTwice_IsIncomplete()
    {
        NettraceEvent[] events = ExampleStream.Events();

        SnapshotData data = Analyse(ExampleStream.Begin().Events(events).Events(events).SequencePoint((ExampleStream.Thread, (uint)events.Length)).End())!;

        Assert.NotNull(data.IncompleteBecause);
    }

    // The events' numbers say what happened to them, whatever the order in which threads' blocks arrive.
    [Fact]
    public void Read_MetadataAfterItsEvents_IsIncomplete()
    {
        NettraceEvent[] events = ExampleStream.Events();

        SnapshotData data = Analyse(new NettraceStream().Events(events).SequencePoint((ExampleStream.Thread, (uint)events.Length)).End())!;

        Assert.Equal("the stream contains no objects", data.IncompleteBecause);
    }

    [Fact]
    public void Read_OnlyNoise_IsAnError()
    {
        Random random = new(1);
        byte[] begin = ExampleStream.Begin().CutHere();
        for (int i = 0; i < 500; i++)
        {
            byte[] noise = new byte[random.Next(1, 2000)];
            random.NextBytes(noise);

            Analyse([.. begin, .. noise]);
            Analyse(new NettraceStream().Block("EventBlock", [20, 0, 1, 0, .. noise]).End());
        }
    }

    /// <param name="stream">The stream.</param>
    /// <param name="framework">The framework's assembly where its types are to be found: to search it thousands of times would take minutes.</param>
    /// <returns>Null when the stream is refused.</returns>
    private static SnapshotData? Analyse(byte[] stream, params Assembly[] framework)
    {
        using HeapEventCollector collector = new();
        try
        {
            new NettraceReader(new MemoryStream(stream), collector).ReadToEnd();
        }
        catch (Exception exception) when (exception is InvalidDataException or EndOfStreamException)
        {
            Assert.NotEmpty(exception.Message);
            return null;
        }

        using CapturedHeap heap = collector.ToCapturedHeap();
        return SnapshotBuilder.Build(heap, [typeof(ExampleStream).Assembly, .. framework], SingletonTable.Empty, null);
    }
}
