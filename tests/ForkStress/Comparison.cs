using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace ForkStress;

/// <summary>The same quiet heap read in both ways: they must agree on how many objects of each type there are, and on what a known list keeps alive.</summary>
internal static class Comparison
{
    private const int Objects = 1_000_000;
    private const double Tolerance = 0.001;

    private static readonly List<object> Known = [];

    public static int Run()
    {
        for (int i = 0; i < Objects; i++)
        {
            Known.Add(i % 3 == 0 ? new byte[i % 200] : i % 3 == 1 ? new List<string> { "item " + (i % 1000) } : new KeyValuePair<int, object>(i, new object()));
        }

        using ForkCapture fork = new(new ForkCaptureSettings());
        using EventPipeCapture eventPipe = new();

        // The first of each loads and compiles what both need.
        Measure(fork);
        Measure(eventPipe);
        Reading forked = Measure(fork);
        Reading streamed = Measure(eventPipe);
        long differing = forked.Counts.Keys.Union(streamed.Counts.Keys).Sum(type => Math.Abs(forked.Counts.GetValueOrDefault(type) - streamed.Counts.GetValueOrDefault(type)));
        IEnumerable<string> most = forked.Counts.Keys.Union(streamed.Counts.Keys)
            .Select(type => (type, Difference: streamed.Counts.GetValueOrDefault(type) - forked.Counts.GetValueOrDefault(type)))
            .OrderByDescending(static type => Math.Abs(type.Difference))
            .Take(5)
            .Select(static type => $"{type.type} {type.Difference:+0;-0;0}");
        double ratio = (double)differing / streamed.Counts.Values.Sum();
        Console.WriteLine($"fork {forked.Counts.Values.Sum()} objects of {forked.Counts.Count} types, event pipe {streamed.Counts.Values.Sum()} of {streamed.Counts.Count}; the counts by type differ by {differing} in all, {ratio:P3}; "
            + $"the known list retains {forked.RetainedBytes} and {streamed.RetainedBytes} bytes; most: {string.Join(", ", most)}");
        return ratio <= Tolerance && forked.RetainedBytes == streamed.RetainedBytes ? 0 : 1;
    }

    // Only numbers are kept: what a capture leaves on the heap would count in the next.
    private static Reading Measure(IHeapCapture capture)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        using CapturedHeap captured = capture.Capture(1L << 30, null, CancellationToken.None);
        using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());
        if (captured.IncompleteBecause is { } missing)
        {
            throw new InvalidOperationException(missing);
        }

        Dictionary<string, long> counts = [];
        long retained = 0;
        for (uint node = 0; node < heap.Graph.ObjectCount; node++)
        {
            if (!heap.IsCounted(node))
            {
                continue;
            }

            HeapType type = heap.Types[heap.Graph.TypeIndexes[node]];
            counts[type.Name] = counts.GetValueOrDefault(type.Name) + 1;
            if (type.Type == typeof(List<object>))
            {
                retained = Math.Max(retained, heap.Tree.GetRetainedBytes(heap.Tree.Numbers[node]));
            }
        }

        return new Reading(counts, retained);
    }

    private sealed record Reading(Dictionary<string, long> Counts, long RetainedBytes);
}
