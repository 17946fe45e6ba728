using System.Diagnostics;
using System.Globalization;
using MemGuard.Benchmarks.Cache;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Graph;

namespace MemGuard.Benchmarks.Snapshots;

/// <summary>Measures a snapshot of a heap of N million objects: pause against a blocking collection, reading, dominators, memory.</summary>
internal static class SnapshotProgram
{
    private static object? _heap;
    private static long _bufferBytes = 4L << 30;

    public static int Run(string[] args)
    {
        double millions = args.Length > 0 ? double.Parse(args[0], CultureInfo.InvariantCulture) : 1;
        int rounds = args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 5;
        _heap = MixedHeap.Build((int)(millions * 1_000_000));
        _bufferBytes = args.Length > 2 ? long.Parse(args[2], CultureInfo.InvariantCulture) << 20 : _bufferBytes;
        EventPipeCapture capture = new();
        Console.WriteLine($"{millions} M objects, {GC.GetTotalMemory(true) >> 20} MB, {Environment.ProcessorCount} processors, .NET {Environment.Version}");
        List<Round> measured = [];
        for (int i = 0; i <= rounds; i++)
        {
            TimeSpan collection = MeasureCollection();
            Round round = Measure(capture, collection);
            Console.WriteLine((i == 0 ? "first:  " : $"round {i}: ") + round);
            if (i > 0)
            {
                measured.Add(round);
            }
        }

        Console.WriteLine($"median pause ratio {Median.Of(measured.Select(static r => r.PauseRatio)):F2} (limit 5), "
            + $"graph {Median.Of(measured.Select(static r => r.ParseMillionsPerSecond)):F1} M objects/s, "
            + $"dominators + retained {Median.Of(measured.Select(static r => r.DominatorNanoseconds)):F0} ns/object (limit 150), "
            + $"analysis {Median.Of(measured.Select(static r => r.AnalysisBytes)):F1} B/object (limit 64), "
            + $"end to end {Median.Of(measured.Select(static r => r.TotalSeconds)):F2} s");
        MeasureParsing(capture);
        MeasureEndToEnd(capture);
        Console.WriteLine($"native bytes left: {NativeMeter.CurrentBytes}");
        GC.KeepAlive(_heap);
        return 0;
    }

    // From the stream's bytes in memory to the graph: no socket, no runtime that still writes.
    private static void MeasureParsing(EventPipeCapture capture)
    {
        using NativeStream stream = new();
        capture.Capture(_bufferBytes, stream, CancellationToken.None).Dispose();
        List<double> speeds = [];
        for (int i = 0; i < 5; i++)
        {
            stream.Rewind();
            TimeSpan start = ThreadClock.Now;
            using HeapEventCollector collector = new();
            new NettraceReader(stream, collector).ReadToEnd();
            (AddressIndex index, HeapGraph graph) = new HeapGraphBuilder(collector, [new VirtualNode(-1, [])], []).Build();
            speeds.Add(collector.NodeCount / (ThreadClock.Now - start).TotalSeconds / 1e6);
            index.Dispose();
            graph.Dispose();
        }

        speeds.Sort();
        Console.WriteLine($"parse, {stream.Length >> 20} MB stream to graph: median {speeds[speeds.Count / 2]:F1} M objects/s (at least 10), best {speeds[^1]:F1}");
    }

    // What a caller waits for: capture, graph, dominators, names, places.
    private static void MeasureEndToEnd(EventPipeCapture capture)
    {
        List<double> seconds = [];
        SnapshotData? data = null;
        for (int i = 0; i < 3; i++)
        {
            long start = Stopwatch.GetTimestamp();
            using CapturedHeap heap = capture.Capture(_bufferBytes, null, CancellationToken.None);
            data = SnapshotBuilder.Build(heap, AppDomain.CurrentDomain.GetAssemblies(), SingletonTable.Empty, null);
            seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
        }

        seconds.Sort();
        Console.WriteLine($"snapshot ready, names included: median {seconds[1]:F2} s; {data!.NamedStaticCount} of {data.StaticCount} statics named; largest: {data.Places[0].Name}");
    }

    private static TimeSpan MeasureCollection()
    {
        using StallMeter stall = new();
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: false);
        return stall.Stop();
    }

    private static Round Measure(EventPipeCapture capture, TimeSpan collection)
    {
        long start = Stopwatch.GetTimestamp();
        using StallMeter stall = new();
        using CapturedHeap heap = capture.Capture(_bufferBytes, null, CancellationToken.None);
        TimeSpan captured = Stopwatch.GetElapsedTime(start);
        TimeSpan longestStall = stall.Stop();
        NativeMeter.ResetPeak();
        long sourceBytes = NativeMeter.CurrentBytes;

        TimeSpan step = ThreadClock.Now;
        HeapGraphBuilder builder = new(heap.Objects, [new VirtualNode(-1, [.. heap.Roots.Select(static root => root.Address)])], heap.DependentPairs);
        (AddressIndex index, HeapGraph graph) = builder.Build();
        TimeSpan built = ThreadClock.Now - step;
        heap.Dispose();
        long buildPeak = NativeMeter.PeakBytes;
        NativeMeter.ResetPeak();
        step = ThreadClock.Now;
        using DominatorTree tree = DominatorTree.Build(graph);
        TimeSpan dominated = ThreadClock.Now - step;
        long dominatorPeak = NativeMeter.PeakBytes;
        double objects = graph.ObjectCount;
        Round round = new()
        {
            Collection = collection,
            Pause = heap.Pause,
            Stall = longestStall,
            Complete = heap.IncompleteBecause ?? $"complete, {builder.UnresolvedEdgeCount} unresolved",
            ReadSeconds = (captured - heap.Pause).TotalSeconds,
            ParseMillionsPerSecond = objects / built.TotalSeconds / 1e6,
            DominatorNanoseconds = dominated.TotalNanoseconds / objects,
            SourceBytes = sourceBytes / objects,
            AnalysisBytes = Math.Max(buildPeak - sourceBytes, dominatorPeak) / objects,
            TotalSeconds = Stopwatch.GetElapsedTime(start).TotalSeconds,
            Objects = graph.ObjectCount,
            Reached = tree.Count,
        };
        graph.Dispose();
        index.Dispose();
        return round;
    }

    private sealed record Round
    {
        public TimeSpan Collection { get; init; }
        public TimeSpan Pause { get; init; }
        public TimeSpan Stall { get; init; }
        public string Complete { get; init; } = "";
        public double ReadSeconds { get; init; }
        public double ParseMillionsPerSecond { get; init; }
        public double DominatorNanoseconds { get; init; }
        public double SourceBytes { get; init; }
        public double AnalysisBytes { get; init; }
        public double TotalSeconds { get; init; }
        public long Objects { get; init; }
        public long Reached { get; init; }
        public double PauseRatio => Stall / Collection;

        public override string ToString() =>
            $"gen2 {Collection.TotalMilliseconds:F0} ms, longest stall {Stall.TotalMilliseconds:F0} ms ({PauseRatio:F2}x), reported pause {Pause.TotalMilliseconds:F0} ms, "
            + $"{Complete}, {Objects} objects ({Reached} reached), read {ReadSeconds:F2} s, graph {ParseMillionsPerSecond:F1} M/s, "
            + $"dominators {DominatorNanoseconds:F0} ns/object, source {SourceBytes:F1} + analysis {AnalysisBytes:F1} B/object, total {TotalSeconds:F2} s";
    }
}
