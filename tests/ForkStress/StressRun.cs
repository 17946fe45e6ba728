using System.Diagnostics;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace ForkStress;

/// <summary>Captures again and again under load and counts what was right.</summary>
internal sealed class StressRun(string mode, int captures)
{
    private static readonly TimeSpan Hang = TimeSpan.FromSeconds(120);

    private readonly Dictionary<string, int> _incomplete = [];
    private readonly Dictionary<string, int> _failed = [];
    private readonly List<double> _pauses = [];
    private readonly List<double> _seconds = [];
    private int _right;
    private int _wrong;
    private long _objects;
    private long _gone;

    public int Run()
    {
        using ForkCapture capture = new(new ForkCaptureSettings { Longest = Hang });
        if (!capture.IsAvailable(out string? reason))
        {
            Console.WriteLine($"{mode}: unavailable, {reason}");
            return 3;
        }

        // A capture that hangs ends the process: that is the finding.
        using Timer watchdog = new(_ => Environment.FailFast($"{mode}: a capture hangs"), null, Hang, Timeout.InfiniteTimeSpan);
        GroundTruth.Replace(0, 0);
        Take(capture);
        HashSet<string> descriptors = FindDescriptors();
        long replaced;
        long loaded;
        using (Load load = new(mode))
        {
            for (int i = 1; i < captures; i++)
            {
                watchdog.Change(Hang, Timeout.InfiniteTimeSpan);
                Take(capture);
            }

            replaced = load.Replaced;
            loaded = load.Loaded;
        }

        string[] leaked = [.. FindDescriptors().Except(descriptors)];
        int children = CountChildren();
        _pauses.Sort();
        _seconds.Sort();
        string times = _seconds.Count == 0 ? "none complete" : $"pause median {_pauses[_pauses.Count / 2]:F0} max {_pauses[^1]:F0} ms, analysed after median {_seconds[_seconds.Count / 2]:F1} max {_seconds[^1]:F1} s, {_objects / _seconds.Count} objects";
        Console.WriteLine($"{mode}: {captures} captures, {_right} right, {_wrong} wrong, {Sum(_incomplete)} incomplete, {Sum(_failed)} failed, {children} children left, {leaked.Length} descriptors more ({string.Join(", ", leaked)}), "
            + $"{times}, {_gone} types gone, {replaced} lists replaced, {loaded} contexts loaded, native bytes left {NativeMeter.CurrentBytes}");
        Print(_incomplete);
        Print(_failed);
        return _wrong == 0 && _failed.Count == 0 && children == 0 && leaked.Length == 0 && NativeMeter.CurrentBytes == 0 ? 0 : 1;
    }

    private void Take(ForkCapture capture)
    {
        long start = Stopwatch.GetTimestamp();
        try
        {
            using CapturedHeap captured = capture.Capture(long.MaxValue, null, CancellationToken.None);
            _pauses.Add(captured.Pause.TotalMilliseconds);
            _gone += captured.Types.Count(static type => type.Type is null) - 1;
            using AnalysedHeap heap = AnalysedHeap.Build(captured, AppDomain.CurrentDomain.GetAssemblies());
            _objects += heap.LiveCount;
            _seconds.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            if (captured.IncompleteBecause is { } missing)
            {
                Count(_incomplete, missing);
            }
            else if (GroundTruth.FindDifference(captured, heap) is { } difference)
            {
                _wrong++;
                Console.WriteLine($"{mode}: WRONG: {difference}");
            }
            else
            {
                _right++;
            }
        }
        catch (CaptureEndedException ended)
        {
            Count(_failed, ended.Message);
        }
    }

    private static void Count(Dictionary<string, int> counts, string what)
    {
        string shape = string.Concat(what.Where(static c => !char.IsAsciiDigit(c)));
        counts[shape] = counts.GetValueOrDefault(shape) + 1;
    }

    private static int Sum(Dictionary<string, int> counts) => counts.Values.Sum();

    private static void Print(Dictionary<string, int> counts)
    {
        foreach ((string what, int count) in counts)
        {
            Console.WriteLine($"   {count} ×{what}");
        }
    }

    // Those of assemblies are the runtime's, which loads one when it is first needed.
    private static HashSet<string> FindDescriptors() =>
        [.. Directory.GetFiles("/proc/self/fd").Select(static path => $"{Path.GetFileName(path)} {File.ResolveLinkTarget(path, returnFinalTarget: false)?.FullName}").Where(static name => !name.EndsWith(".dll", StringComparison.Ordinal))];

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
}
