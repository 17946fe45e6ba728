using System.Runtime.InteropServices;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>This process's own heap, read from a frozen copy.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class ForkCaptureTests
{
    private const long AmpleBuffer = 1L << 30;
    private static readonly List<Marker> Listed = [.. Enumerable.Range(0, 12_345).Select(static i => new Marker(new byte[40], new Pair { Number = i, Text = new string('x', 5) }))];

    [ThreadStatic]
    private static List<Other>? _ofThread;

    // A static field that nobody has touched holds nothing yet.
    public ForkCaptureTests() => Assert.Equal(12_345, Listed.Count);

    [Fact]
    public void Capture_OwnProcess_IsCompleteAndCountsWhatIsThere()
    {
        using ForkCapture capture = new(new ForkCaptureSettings());
        SnapshotData data = Analyse(capture.Capture(AmpleBuffer, null, CancellationToken.None));

        Assert.Null(data.IncompleteBecause);
        Assert.Equal("fork", data.CapturedBy);
        HeapTypeUsage marker = data.Types.Single(static usage => usage.TypeName == "ForkCaptureTests.Marker");
        Assert.Equal(Listed.Count, marker.Count);
        Assert.Equal(data.StaticCount, data.NamedStaticCount);
        GC.KeepAlive(Listed);
    }

    [Fact]
    public void Capture_GenericAndThreadStatics_AreNamedExactly()
    {
        _ofThread = [new Other()];
        Constructed<Other>.Items.Add(new Other());
        using ForkCapture capture = new(new ForkCaptureSettings());
        using CapturedHeap captured = capture.Capture(AmpleBuffer, null, CancellationToken.None);
        using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());

        Assert.Equal("static ForkCaptureTests.Listed", NameOf(heap, captured, Listed.GetType()));
        Assert.Equal("thread static ForkCaptureTests._ofThread, static ForkCaptureTests.Constructed<ForkCaptureTests.Other>.Items", NameOf(heap, captured, typeof(List<Other>)));
        Assert.Single(_ofThread);
    }

    [Fact]
    public void FindField_StructInsideAnObject_IsExact()
    {
        using ForkCapture capture = new(new ForkCaptureSettings());
        using CapturedHeap captured = capture.Capture(AmpleBuffer, null, CancellationToken.None);
        using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());
        uint marker = Find(heap, typeof(Marker));
        Assert.NotEqual(AddressIndex.NotFound, marker);

        IEnumerable<string> fields = heap.Graph.GetTargets(marker).ToArray().Select(target => heap.FindField(marker, target) ?? "none").Order();

        Assert.Equal("Content, Pair.Text", string.Join(", ", fields));
    }

    [Fact]
    public void FindField_ArrayOfStructsAtTheEndOfTheLargeObjects_IsExact()
    {
        // The last reference lies before the last element's end, behind which the region may end.
        Cell[] cells = new Cell[10_000];
        cells[^1].Text = new string('y', 7);
        using ForkCapture capture = new(new ForkCaptureSettings());
        using CapturedHeap captured = capture.Capture(AmpleBuffer, null, CancellationToken.None);
        using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());
        uint array = Find(heap, typeof(Cell[]));

        uint text = Assert.Single(heap.Graph.GetTargets(array).ToArray());

        Assert.Equal("[].Text", heap.FindField(array, text));
        GC.KeepAlive(cells);
    }

    // Other tests may run beside this one: what they hold differs between two captures. ForkStress compares whole heaps.
    [Fact]
    public void Capture_KnownObjects_CountsAndRetainsAsTheEventPipeDoes()
    {
        using ForkCapture capture = new(new ForkCaptureSettings());
        using EventPipeCapture eventPipe = new();

        (long forkedCount, long forkedBytes) = Measure(capture);
        (long streamedCount, long streamedBytes) = Measure(eventPipe);

        Assert.Equal((Listed.Count, streamedBytes), (forkedCount, forkedBytes));
        Assert.Equal(Listed.Count, streamedCount);
    }

    [Fact]
    public void Capture_CallFiltered_ReadsThroughTheFile()
    {
        using ForkCapture capture = new(new ForkCaptureSettings { IsCallFiltered = true });

        SnapshotData data = Analyse(capture.Capture(AmpleBuffer, null, CancellationToken.None));

        Assert.Null(data.IncompleteBecause);
        Assert.Equal(Listed.Count, data.Types.Single(static usage => usage.TypeName == "ForkCaptureTests.Marker").Count);
    }

    [Fact]
    public void Capture_MemoryRunsShort_IsGivenUpAndLeavesNothing()
    {
        long before = NativeMeter.CurrentBytes;
        using ForkCapture capture = new(new ForkCaptureSettings { ReadFreeBytes = static () => 1 << 20 });
        Assert.True(capture.IsAvailable(out _));

        CaptureEndedException ended = Assert.Throws<CaptureEndedException>(() => Analyse(capture.Capture(AmpleBuffer, null, CancellationToken.None)));

        // Whoever notices first says so: the watch, or the reader before the analysis.
        Assert.Matches("1 MB (were|are) left$", ended.Message);
        Assert.Equal(before, NativeMeter.CurrentBytes);
        Assert.Equal(0, CountChildren());
        Assert.True(capture.IsAvailable(out _));
    }

    [Fact]
    public void Capture_KnownGraphNotFound_IsNeverTriedAgainAndSaysWhyOnce()
    {
        List<string> told = [];
        FakeCapture fallback = new();
        using ForkCapture fork = new(new ForkCaptureSettings { IsCanaryLost = true });
        using ChosenCapture capture = new(fork, fallback, TimeSpan.FromSeconds(2), told.Add);
        Assert.True(fork.IsAvailable(out _));

        using CapturedHeap first = capture.Capture(AmpleBuffer, null, CancellationToken.None);
        using CapturedHeap second = capture.Capture(AmpleBuffer, null, CancellationToken.None);

        Assert.Equal(2, fallback.Buffers.Count);
        Assert.False(fork.IsAvailable(out string? reason));
        Assert.Equal("a list of objects of the known graph was not found in the copy", reason);
        Assert.Equal(reason, Assert.Single(told));
        Assert.Equal("event pipe, because " + reason, second.CapturedBy);
        Assert.Equal(0, CountChildren());
    }

    [Theory]
    [InlineData(1L << 20, true)]
    [InlineData(1L << 40, false)]
    public void FindObstacle_NotAllFitsTwice_IsThere(long freeBytes, bool expected)
    {
        using ForkCapture capture = new(new ForkCaptureSettings { ReadFreeBytes = () => freeBytes });

        Assert.Equal(expected, capture.FindObstacle() is not null);
    }

    [Fact]
    public void Capture_Often_LeavesNoChildNoDescriptorAndNoMemory()
    {
        using ForkCapture capture = new(new ForkCaptureSettings());
        Analyse(capture.Capture(AmpleBuffer, null, CancellationToken.None));
        long before = NativeMeter.CurrentBytes;
        int descriptors = Directory.GetFiles("/proc/self/fd").Length;

        for (int i = 0; i < 5; i++)
        {
            Analyse(capture.Capture(AmpleBuffer, null, CancellationToken.None));
        }

        Assert.Equal(before, NativeMeter.CurrentBytes);
        Assert.InRange(Directory.GetFiles("/proc/self/fd").Length, 0, descriptors + 2);
        Assert.Equal(0, CountChildren());
    }

    [Fact]
    public void IsAvailable_Unsupported_SaysWhy()
    {
        using ForkCapture capture = new(new ForkCaptureSettings { UnavailableBecause = "this is Windows" });

        Assert.False(capture.IsAvailable(out string? reason));
        Assert.Equal("this is Windows", reason);
        Assert.Throws<CaptureEndedException>(() => capture.Capture(AmpleBuffer, null, CancellationToken.None));
    }

    private static SnapshotData Analyse(CapturedHeap heap)
    {
        using (heap)
        {
            return SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);
        }
    }

    private static (long MarkerCount, long ListBytes) Measure(IHeapCapture capture)
    {
        using CapturedHeap captured = capture.Capture(AmpleBuffer, null, CancellationToken.None);
        using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());
        Assert.Null(captured.IncompleteBecause);
        uint list = Find(heap, Listed.GetType());
        return (Count(heap, typeof(Marker)), heap.Tree.GetRetainedBytes(heap.Tree.Numbers[list]));
    }

    // Of each static field that holds an object of the type.
    private static string NameOf(AnalysedHeap heap, CapturedHeap captured, Type held) =>
        string.Join(", ", captured.Statics.Index()
            .Where(field => heap.Types[heap.Graph.TypeIndexes[heap.Index.Find(field.Item.Address)]].Type == held)
            .Select(field => heap.Statics[field.Index].Kind + heap.Statics[field.Index].Name)
            .OrderDescending());

    private static long Count(AnalysedHeap heap, Type type)
    {
        long count = 0;
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            count += heap.IsCounted(node) && heap.Types[heap.Graph.TypeIndexes[node]].Type == type ? 1 : 0;
        }

        return count;
    }

    private static uint Find(AnalysedHeap heap, Type type)
    {
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            if (heap.IsCounted(node) && heap.Types[heap.Graph.TypeIndexes[node]].Type == type)
            {
                return node;
            }
        }

        return AddressIndex.NotFound;
    }

    private static int CountChildren() => Directory.GetDirectories("/proc/self/task").Sum(CountChildrenOf);

    private static int CountChildrenOf(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "children")).Split(' ', StringSplitOptions.RemoveEmptyEntries).Length;
        }
        catch (IOException)
        {
            // The thread has ended meanwhile.
            return 0;
        }
    }

    private struct Pair
    {
        public int Number { get; set; }

        public string? Text { get; set; }
    }

    [StructLayout(LayoutKind.Explicit)]
    private struct Cell
    {
        [FieldOffset(0)]
        public long First;
        [FieldOffset(16)]
        public string? Text;
        [FieldOffset(24)]
        public long Last;
    }

    private static class Constructed<T>
    {
        public static readonly List<T> Items = [];
    }

    private sealed class Other;

    private sealed record Marker(byte[] Content, Pair Pair);
}
