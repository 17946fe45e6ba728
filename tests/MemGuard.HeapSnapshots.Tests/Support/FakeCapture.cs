using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A capture of a heap of three objects, or of one that the test draws, that costs what the test says.</summary>
internal sealed class FakeCapture : IHeapCapture
{
    public string? UnavailableBecause { get; set; }

    public CaptureEstimate Cost { get; set; } = new(1000, TimeSpan.FromMilliseconds(1), 50_000, 60_000);

    public string? IncompleteBecause { get; set; }

    public long? LiveBytes { get; set; }

    public string CapturedBy { get; set; } = "event pipe";

    /// <summary>Draws the heap, anew for each capture; null for the three objects.</summary>
    public Func<CapturedHeap>? Draw { get; set; }

    public Exception? Fails { get; set; }

    /// <summary>Called inside each capture.</summary>
    public Action? During { get; set; }

    public List<long> Buffers { get; } = [];

    public bool IsAvailable(out string? reason)
    {
        reason = UnavailableBecause;
        return reason is null;
    }

    public string? ObstructedBy { get; set; }

    public string? FindObstacle() => ObstructedBy;

    /// <summary>What it learns when it is asked to; null when there is nothing to learn.</summary>
    public CaptureEstimate? CostAfterLearning { get; set; }

    public CaptureEstimate Estimate() => Cost;

    public bool TryLearn(TimeSpan maxPause)
    {
        Cost = CostAfterLearning ?? Cost;
        return CostAfterLearning is not null;
    }

    public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken)
    {
        Buffers.Add(maxBufferBytes);
        During?.Invoke();
        if (Fails is not null)
        {
            throw Fails;
        }

        copyTo?.Write("stream"u8);
        if (Draw is not null)
        {
            CapturedHeap drawn = Draw();
            (drawn.IncompleteBecause, drawn.LiveBytes, drawn.CapturedBy) = (IncompleteBecause, LiveBytes, CapturedBy);
            return drawn;
        }

        FakeHeap heap = new([[1, 2], [], []]);
        return new CapturedHeap(heap, heap)
        {
            Roots = [new HeapRoot(FakeHeap.AddressOf(0), HeapRootKind.Handle, false)],
            Types = [new HeapTypeRecord((ulong)typeof(FakeCapture).TypeHandle.Value, "FakeCapture") { Type = typeof(FakeCapture) }],
            IncompleteBecause = IncompleteBecause,
        };
    }
}
