namespace MemGuard.Benchmarks;

/// <summary>The measuring programs: what a micro-benchmark cannot show. One line each.</summary>
internal static class Programs
{
    private static readonly SortedDictionary<string, (string Shows, Func<string[], int> Main, string[] Smallest)> Registry = new(StringComparer.Ordinal)
    {
        ["attribution"] = ("whether the ledger says where 200 MB went, in fifteen ways [megabytes]", Sampling.AttributionProgram.Run, ["10"]),
        ["detector-cost"] = ("time, bytes and state of the trend detector [rounds]", Trends.DetectorCostProgram.Run, ["1"]),
        ["full-collections"] = ("wrong selections of full collections in several GC modes [seconds a mode]", Sampling.FullCollectionsProgram.Run, ["1"]),
        ["container-forecast"] = ("forecasts against what happens in a real 256 MB control group", Sampling.ContainerForecastProgram.Run, []),
        ["limit-incidents"] = ("whether the advice about limits, followed to the letter, keeps a process alive in a real 256 MB control group", Sampling.LimitIncidentsProgram.Run, []),
        ["idle-cost"] = ("what an idle host pays with everything at its defaults, beside one without MemGuard [rounds] [seconds a round] [worker or web]", Sampling.IdleCostProgram.Run, ["1", "1"]),
        ["compile-memory"] = ("memory that the compiler takes and keeps for each method that is compiled for every sample", Sampling.CompileMemoryProgram.Run, []),
        ["slow-tier"] = ("what the slow tier costs beside a large heap [megabytes]", Sampling.SlowTierProgram.Run, ["32"]),
        ["hot-paths"] = ("the operations that must not become slower; benchmarks/side-by-side compares two versions [part of a name]", HotPaths.HotPathsProgram.Run, []),
        ["lateness"] = ("the sampler's lateness with a starved thread pool [seconds]", Sampling.LatenessProgram.Run, ["1"]),
        ["cache-throughput"] = ("operations a CPU second as ratios to ConcurrentDictionary [rounds] [workload]", Cache.CacheThroughputProgram.Run, ["1"]),
        ["memory-cache"] = ("BoundedMemoryCache beside MemoryCache and FusionCache on both; what becomes of newcomers [rounds]", Cache.MemoryCacheProgram.Run, ["1"]),
        ["cache-footprint"] = ("bytes an entry and an insert, a mass expiry in real time, the longest hold of its lock", Cache.CacheFootprintProgram.Run, []),
        ["cache-hit-ratio"] = ("hit ratios on synthetic traces beside exact LRU, other caches and the optimum", Cache.CacheHitRatioProgram.Run, []),
        ["snapshot"] = ("heap snapshot of N million objects: pause, reading, dominators, memory", Snapshots.SnapshotProgram.Run, ["0.02", "1"]),
        ["soaks"] = ("how often a soak test errs, each in a process of its own [soaks of a series] [series: healthy, busy, object, percent]", Soaks.SoaksProgram.Run, ["1", "object"]),
        ["fork"] = ("heap snapshot of N million objects from a frozen copy, beside the event pipe and a blocking gen2 [rounds]", Snapshots.ForkProgram.Run, ["0.02", "1"]),
        ["allocation-profile"] = ("work done while an allocation profile is taken, beside the work before and after it [rounds]", Snapshots.AllocationProfileProgram.Run, ["1"]),
        ["batch"] = ("Batch.ForEachAsync with stragglers; the cost of InFlightTasks", Queue.BatchCost.Run, []),
        ["pipe-writer"] = ("BoundedPipeWriter against a bare pipe writer", Queue.PipeWriterCost.Run, []),
        ["stalled-client"] = ("256 MiB to a Kestrel client that never reads: memory, time until freed", Queue.StalledClient.Run, []),
        ["throughput"] = ("requests and processor time of a saturated web application: bare, with MemGuard, with its page [rounds]", Web.ThroughputProgram.Run, ["1"]),
        ["throughput-switched"] = ("the same of one process in which MemGuard is turned on and off [rounds]", Web.SwitchedThroughputProgram.Run, ["1"]),
        ["request-cost"] = ("nanoseconds that counting a request of ASP.NET Core takes [pairs of batches]", Web.RequestCostProgram.Run, ["2"]),
        ["viewers"] = ("memory of a server whose page is looked at [viewers] [of them stalled] [minutes]", Web.ViewersProgram.Run, ["4", "1", "0.05"]),
        ["queue-throughput"] = ("BoundedQueue against Channel.CreateBounded in each mode", Queue.QueueThroughput.Run, []),
    };

    /// <summary>Every program with the arguments that make it shortest.</summary>
    public static IEnumerable<(string Name, Func<int> Main)> Smallest => Registry.Select(static pair => (pair.Key, (Func<int>)(() => pair.Value.Main(pair.Value.Smallest))));

    /// <summary>Runs the program that the first argument names with the remaining ones; its result is the exit code.</summary>
    public static int Run(string[] args)
    {
        if (args is [string name, .. string[] rest] && Registry.TryGetValue(name, out (string Shows, Func<string[], int> Main, string[] Smallest) program))
        {
            return program.Main(rest);
        }

        Console.WriteLine("Programs, run with: dotnet run -c Release --project benchmarks/MemGuard.Benchmarks -- program NAME [arguments]");
        foreach ((string known, (string shows, _, _)) in Registry)
        {
            Console.WriteLine($"  {known,-20} {shows}");
        }

        return args.Length == 0 ? 0 : 2;
    }
}
