using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;
using static MemGuard.HeapSnapshots.Tests.Support.HeapEvents;

namespace MemGuard.HeapSnapshots.Tests.Capture;

[Collection(nameof(NativeMemoryGroup))]
public sealed class HeapEventCollectorTests : IDisposable
{
    private const ulong Walker = 7;

    private readonly HeapEventCollector _collector = new();
    private uint _sequence;

    public void Dispose() => _collector.Dispose();

    [Fact]
    public void OnEvent_Nodes_KeepsAddressSizeTypeAndReferences()
    {
        Send(NodesId, Nodes(0, (0x1000, 24, 0xA0, 2), (0x2000, 25, 0xB0, 0)));
        Send(NodesId, Nodes(1, (0x3000, 0, 0xA0, 1)));

        Assert.Equal(
            [new HeapNode(0x1000, 3, 0, 2), new HeapNode(0x2000, 4, 1, 0), new HeapNode(0x3000, 0, 0, 1)],
            _collector.GetNodes(0).ToArray());
    }

    // 32 bits of bytes would clip it: the runtime's largest array has more than 16 GB.
    [Fact]
    public void OnEvent_ArrayOfManyGigabytes_KeepsItsSize()
    {
        Send(NodesId, Nodes(0, (0x1000, 20UL << 30, 0xA0, 0)));

        Assert.Equal(20L << 30, _collector.GetNodes(0)[0].SizeUnits * 8L);
    }

    [Fact]
    public void OnEvent_MoreThanABatch_GoesOnInTheNext()
    {
        (ulong, ulong, ulong, ulong)[] nodes = [.. Enumerable.Range(0, 70_000).Select(static i => ((ulong)i * 8, 8UL, 0xA0UL, 1UL))];
        Send(NodesId, Nodes(0, nodes));
        Send(EdgesId, Edges(0, [.. nodes.Select(static node => node.Item1)]));

        Assert.Equal((70_000L, 70_000L, 2, 2), (_collector.NodeCount, _collector.EdgeCount, _collector.NodeBatchCount, _collector.EdgeBatchCount));
        Assert.Equal(69_999UL * 8, _collector.GetNodes(1)[^1].Address);
        Assert.Equal(69_999UL * 8, _collector.GetEdgeTargets(1)[^1]);
    }

    [Fact]
    public void OnEvent_Roots_KeepsStrongOnesWithTheirKind()
    {
        const uint pinned = 1;
        const uint weak = 2;
        Send(RootsId, Roots((1, 0, 0), (2, 1, 0), (3, 2, pinned), (4, 3, 0), (5, 200, 0), (6, 2, weak), (0, 2, 0)));

        Assert.Equal(
            [
                new HeapRoot(1, HeapRootKind.Stack, false), new HeapRoot(2, HeapRootKind.FinalizerQueue, false), new HeapRoot(3, HeapRootKind.Handle, true),
                new HeapRoot(4, HeapRootKind.Other, false), new HeapRoot(5, HeapRootKind.Other, false),
            ],
            _collector.ToCapturedHeap().Roots);
    }

    [Fact]
    public void OnEvent_Statics_KeepsThoseThatHoldSomething()
    {
        Send(StaticsId, Statics((0x10, 0x1000, 0xA0, "_first"), (0x18, 0, 0xA0, "_empty"), (0x20, 0x2000, 0xB0, "Ünïcode")));

        Assert.Equal(
            [new HeapStatic(0x10, 0x1000, 0xA0, "_first"), new HeapStatic(0x20, 0x2000, 0xB0, "Ünïcode")],
            _collector.ToCapturedHeap().Statics);
    }

    [Fact]
    public void OnEvent_Types_NamesThoseOfObjectsAloneInOrderOfAppearance()
    {
        Send(NodesId, Nodes(0, (0x1000, 24, 0xB0, 0), (0x2000, 24, 0xA0, 0), (0x3000, 24, 0xC0, 0)));
        Send(TypesId, Types((0xA0, "Generic", [1, 2, 3]), (0xB0, "Plain", []), (0xD0, "Unused", [])));

        Assert.Equal(
            [new HeapTypeRecord(0xB0, "Plain"), new HeapTypeRecord(0xA0, "Generic"), new HeapTypeRecord(0xC0, null)],
            _collector.ToCapturedHeap().Types);
    }

    [Fact]
    public void OnEvent_WeakTable_KeepsThePairs()
    {
        Send(WeakTableId, WeakTable((0x1000, 0x2000), (0x3000, 0x4000)));

        Assert.Equal([new DependentPair(0x1000, 0x2000), new DependentPair(0x3000, 0x4000)], _collector.ToCapturedHeap().DependentPairs);
    }

    [Fact]
    public void OnEvent_AnotherEvent_OnlyCounts()
    {
        Send(4711, [1]);

        Assert.Equal("the stream contains no objects", _collector.ToCapturedHeap().IncompleteBecause);
    }

    [Fact]
    public void ToCapturedHeap_WholeWalk_IsComplete()
    {
        Send(GCStartId, GCStart());
        Send(NodesId, Nodes(0, (0x1000, 24, 0xA0, 1)));
        Send(EdgesId, Edges(0, 0x1000));
        Send(GCEndId, GCEnd());
        _collector.OnSequencePoint(Walker, _sequence);

        Assert.Null(_collector.ToCapturedHeap().IncompleteBecause);
    }

    // The number of rows says more than there are, or so many that their length does not fit.
    [Theory]
    [InlineData(NodesId, 2u)]
    [InlineData(NodesId, 0x0800_0000u)]
    [InlineData(EdgesId, 2u)]
    [InlineData(EdgesId, uint.MaxValue)]
    [InlineData(RootsId, 1u)]
    [InlineData(WeakTableId, 1u)]
    public void OnEvent_FewerRowsThanItSays_ThrowsAndKeepsNothing(int eventId, uint count)
    {
        byte[] payload = [.. NettraceStream.UInt32(0), .. NettraceStream.UInt32(count), 0, 0];

        Assert.ThrowsAny<SystemException>(() => Send(eventId, payload));

        Assert.Equal((0L, 0L), (_collector.NodeCount, _collector.EdgeCount));
    }

    [Theory]
    [InlineData(TypesId)]
    [InlineData(StaticsId)]
    public void OnEvent_NameWithoutEnd_IsDamage(int eventId)
    {
        byte[] payload = eventId == TypesId ? Types((0xA0, "Name", [])) : Statics((0x10, 0x1000, 0xA0, "_name"));

        Assert.Throws<InvalidDataException>(() => Send(eventId, payload[..^(eventId == TypesId ? 6 : 2)]));
    }

    [Fact]
    public void Dispose_FreesTheObjects()
    {
        long before = NativeMeter.CurrentBytes;
        Send(NodesId, Nodes(0, (0x1000, 24, 0xA0, 0)));
        Assert.True(NativeMeter.CurrentBytes > before);

        _collector.Dispose();

        Assert.Equal(before, NativeMeter.CurrentBytes);
    }

    private void Send(int eventId, byte[] payload) => _collector.OnEvent(eventId, new NettraceEventHeader { CaptureThread = Walker, Sequence = ++_sequence }, payload);
}
