using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>The real runtime's stream.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class EventPipeCaptureTests
{
    private const long AmpleBuffer = 1L << 30;
    private static readonly List<Marker> Markers = [.. Enumerable.Range(0, 12_345).Select(static _ => new Marker(new byte[40]))];

    [Fact]
    public void Capture_OwnProcess_IsCompleteAndCountsWhatIsThere()
    {
        using CapturedHeap heap = new EventPipeCapture().Capture(AmpleBuffer, null, CancellationToken.None);

        SnapshotData data = Analyse(heap);

        Assert.Null(data.IncompleteBecause);
        HeapTypeUsage marker = data.Types.Single(static usage => usage.TypeName == "EventPipeCaptureTests.Marker");
        Assert.Equal(Markers.Count, marker.Count);
        Assert.Equal(Markers.Count * 24, marker.TotalBytes);
        HeapDominator place = data.Places.First(static place => place.Name.Contains("Markers", StringComparison.Ordinal));
        Assert.Equal("static EventPipeCaptureTests.Markers → List<EventPipeCaptureTests.Marker>", place.Name);
        Assert.Equal(Markers.Count, place.Count);
        Assert.InRange(place.RetainedBytes, Markers.Count * (24 + 64 + 8), (Markers.Count * (24 + 64 + 16)) + 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    [InlineData(8)]
    [InlineData(64)]
    [InlineData(512)]
    public void Capture_EveryBufferSize_IsCompleteOrSaysWhatIsMissing(int megabytes)
    {
        object[] ballast = [.. Enumerable.Range(0, 200_000).Select(static i => (object)new Marker([]))];

        using CapturedHeap heap = new EventPipeCapture().Capture((long)megabytes << 20, null, CancellationToken.None);
        bool isWhole = heap.Objects.NodeCount > ballast.Length + Markers.Count;
        string? missing = heap.IncompleteBecause;
        SnapshotData data = Analyse(heap);

        Assert.Equal(isWhole && data.IncompleteBecause is null, missing is null);
        Assert.Equal(missing is null, data.Places.Count > 0);
        Assert.True(megabytes > 4 || missing is not null, "a buffer of a few megabytes cannot hold this heap");
        Assert.True(megabytes < 512 || missing is null, missing);
        GC.KeepAlive(ballast);
    }

    [Fact]
    public void Capture_WhileFourThreadsAllocate_IsWholeOrMarked()
    {
        using CancellationTokenSource stop = new();
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(_ => new Thread(() => Churn(stop.Token)) { IsBackground = true })];
        Array.ForEach(threads, static thread => thread.Start());
        EventPipeCapture capture = new();

        for (int i = 0; i < 5; i++)
        {
            using CapturedHeap heap = capture.Capture(AmpleBuffer, null, CancellationToken.None);
            SnapshotData data = Analyse(heap);
            if (data.IncompleteBecause is null)
            {
                Assert.Equal(Markers.Count, data.Types.Single(static usage => usage.TypeName == "EventPipeCaptureTests.Marker").Count);
                Assert.Contains(data.Places, static place => place.Name.StartsWith("static EventPipeCaptureTests.Markers ", StringComparison.Ordinal) && place.Count == Markers.Count);
            }
        }

        stop.Cancel();
        Array.ForEach(threads, static thread => thread.Join());
    }

    [Fact]
    public void Capture_WithCopy_WritesAReadableStream()
    {
        using MemoryStream copy = new();
        using CapturedHeap heap = new EventPipeCapture().Capture(AmpleBuffer, copy, CancellationToken.None);
        using HeapEventCollector again = new();
        copy.Position = 0;

        new NettraceReader(copy, again).ReadToEnd();

        Assert.Equal(heap.Objects.NodeCount, again.NodeCount);
        Assert.Equal(heap.Objects.EdgeCount, again.EdgeCount);
    }

    [Fact]
    public void ReadToEnd_TruncatedOrDamagedStream_ThrowsOrIsMarked()
    {
        using MemoryStream copy = new();
        new EventPipeCapture().Capture(AmpleBuffer, copy, CancellationToken.None).Dispose();
        byte[] whole = copy.ToArray();
        Random random = new(3);
        for (int i = 0; i < 60; i++)
        {
            byte[] damaged = i < 30 ? whole[..random.Next(whole.Length)] : [.. whole];
            if (i >= 30)
            {
                damaged[random.Next(2000)] ^= (byte)(1 << random.Next(8));
            }

            using HeapEventCollector collector = new();
            Exception? exception = Record.Exception(() => new NettraceReader(new MemoryStream(damaged), collector).ReadToEnd());

            Assert.True(
                exception is null or EndOfStreamException or InvalidDataException,
                $"{i}: {exception}");
            Assert.True(i >= 30 || exception is not null, "a stream cut short has no end mark");
        }
    }

    // What is not described by name is not resolved: a handle from a damaged row would end the process.
    [Fact]
    public void Capture_OwnProcess_DescribesTheTypeOfEveryObjectAndStatic()
    {
        using CapturedHeap heap = new EventPipeCapture().Capture(AmpleBuffer, null, CancellationToken.None);

        HashSet<ulong> described = [.. heap.Types.Where(static type => type.Name is not null).Select(static type => type.Id)];

        Assert.Null(heap.IncompleteBecause);
        Assert.Equal(heap.Types.Count, described.Count);
        Assert.All(heap.Statics, field => Assert.Contains(field.TypeId, described));
    }

    [Fact]
    public void Capture_ManyTimes_LeavesNoNativeMemory()
    {
        long before = NativeMeter.CurrentBytes;
        for (int i = 0; i < 3; i++)
        {
            using CapturedHeap heap = new EventPipeCapture().Capture(AmpleBuffer, null, CancellationToken.None);
            Analyse(heap);
        }

        Assert.Equal(before, NativeMeter.CurrentBytes);
    }

    private static SnapshotData Analyse(CapturedHeap heap) =>
        SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);

    private static void Churn(CancellationToken stop)
    {
        List<object> some = [];
        while (!stop.IsCancellationRequested)
        {
            some.Add(new byte[100]);
            if (some.Count > 1000)
            {
                some.Clear();
            }
        }
    }

    private sealed record Marker(byte[] Content);
}
