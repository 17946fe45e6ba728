using System.Diagnostics;
using System.Globalization;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.Benchmarks.Snapshots;

/// <summary>Measures a snapshot from a frozen copy of the process beside one over the event pipe and one blocking collection of the same heap.</summary>
internal static class ForkProgram
{
    private const long BufferBytes = 4L << 30;
    private static object? _heap;

    public static int Run(string[] args)
    {
        double millions = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        _heap = MixedHeap.Build((int)(millions * 1_000_000));
        using ForkCapture fork = new(new ForkCaptureSettings());
        using EventPipeCapture eventPipe = new();
        if (!fork.IsAvailable(out string? reason))
        {
            Console.WriteLine(reason);
            return 1;
        }

        Console.WriteLine($"{millions} M objects, {GC.GetTotalMemory(true) >> 20} MB, resident {Environment.WorkingSet >> 20} MB, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        List<Round> measured = [];
        for (int i = 0; i <= rounds; i++)
        {
            Round round = Measure(fork, eventPipe);
            Console.WriteLine((i == 0 ? "first:  " : $"round {i}: ") + round);
            if (i > 0)
            {
                measured.Add(round);
            }
        }

        Console.WriteLine($"median: longest stall {Median.Of(measured.Select(static round => round.ForkStall / round.Collection)):F2} of a blocking gen2 (at most 0.20), over the event pipe {Median.Of(measured.Select(static round => round.StreamStall / round.Collection)):F2}; "
            + $"graph {Median.Of(measured.Select(static round => round.GraphBytes)):F1} B/object (at most 30), peak {Median.Of(measured.Select(static round => round.PeakBytes)):F1} (at most 64); "
            + $"suspect named after {Median.Of(measured.Select(static round => round.ForkSeconds)):F2} s, over the event pipe {Median.Of(measured.Select(static round => round.StreamSeconds)):F2} s");
        Console.WriteLine($"native bytes left: {NativeMeter.CurrentBytes}");
        GC.KeepAlive(_heap);
        return 0;
    }

    private static Round Measure(ForkCapture fork, EventPipeCapture eventPipe)
    {
        TimeSpan collection = MeasureCollection();
        (double graph, uint objects) = MeasureGraph(fork);
        (SnapshotData forked, TimeSpan forkStall, double forkSeconds, long peak) = Take(fork);
        (_, TimeSpan streamStall, double streamSeconds, _) = Take(eventPipe);
        return new Round
        {
            Collection = collection,
            ForkCall = forked.Pause,
            ForkStall = forkStall,
            ForkSeconds = forkSeconds,
            StreamStall = streamStall,
            StreamSeconds = streamSeconds,
            GraphBytes = graph,
            PeakBytes = (double)peak / objects,
            Objects = forked.ObjectCount,
            Complete = forked.IncompleteBecause ?? "complete",
            Largest = forked.Places is [{ } place, ..] ? place.Name : "nothing",
        };
    }

    private static TimeSpan MeasureCollection()
    {
        using StallMeter stall = new();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
        return stall.Stop();
    }

    // What stays when the copy is gone: the graph and the addresses by which roots are found in it.
    private static (double BytesPerObject, uint Objects) MeasureGraph(ForkCapture fork)
    {
        using CapturedHeap heap = fork.Capture(BufferBytes, null, CancellationToken.None);
        HeapGraphBuilder builder = new(heap.Objects, [new VirtualNode(-1, [.. heap.Roots.Select(static root => root.Address)])], heap.DependentPairs);
        (AddressIndex index, HeapGraph graph) = builder.Build();
        heap.Dispose();
        (double, uint) result = ((double)NativeMeter.CurrentBytes / graph.ObjectCount, graph.ObjectCount);
        index.Dispose();
        graph.Dispose();
        return result;
    }

    // What a caller waits for, and what everything else in the process feels meanwhile.
    private static (SnapshotData Data, TimeSpan Stall, double Seconds, long PeakBytes) Take(IHeapCapture capture)
    {
        NativeMeter.ResetPeak();
        long start = Stopwatch.GetTimestamp();
        using StallMeter stall = new();
        using CapturedHeap heap = capture.Capture(BufferBytes, null, CancellationToken.None);
        SnapshotData data = SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return (data, stall.Stop(), seconds, NativeMeter.PeakBytes);
    }

    private sealed record Round
    {
        public TimeSpan Collection { get; init; }
        public TimeSpan ForkCall { get; init; }
        public TimeSpan ForkStall { get; init; }
        public double ForkSeconds { get; init; }
        public TimeSpan StreamStall { get; init; }
        public double StreamSeconds { get; init; }
        public double GraphBytes { get; init; }
        public double PeakBytes { get; init; }
        public long Objects { get; init; }
        public string Complete { get; init; } = "";
        public string Largest { get; init; } = "";

        public override string ToString() =>
            $"gen2 {Collection.TotalMilliseconds:F0} ms; fork call {ForkCall.TotalMilliseconds:F1} ms, longest stall {ForkStall.TotalMilliseconds:F1} ms ({ForkStall / Collection:F2}x), named after {ForkSeconds:F2} s; "
            + $"event pipe {StreamStall.TotalMilliseconds:F0} ms ({StreamStall / Collection:F2}x), {StreamSeconds:F2} s; {Complete}, {Objects} objects, graph {GraphBytes:F1}, peak {PeakBytes:F1} B/object; {Largest}";
    }
}
