using MemGuard.Triage;

namespace DetectorEvaluation.Simulation;

/// <summary>The kinds of services and leaks of the evaluation. Everything about a run follows from its seed.</summary>
internal static class Families
{
    private const double MB = 1e6;
    private const double Hour = 3600;

    /// <summary>The longest time a leak takes to its limit: two days, the longest run, then show a tenth of it.</summary>
    private const double LongestWay = 20 * 24 * Hour;

    public static readonly string[] Healthy =
    [
        "steady", "diurnal", "traffic-ramp", "deploy-warm-up", "linear-cache", "popular-keys-cache", "two-caches", "ttl-cache",
        "ttl-cache-ramp", "batch-jobs", "spikes", "sawtooth", "daily-flush", "tenant-steps", "lazy-collector", "large-object-churn",
        "native-warm-up", "native-cache", "native-retention", "finalizable-handles", "high-level", "pinning-bursts", "wandering", "idle", "sessions",
        "job-raises-load", "logarithmic-cache", "connections", "connections-restart", "mapped-files", "no-limit", "starved",
    ];

    public static readonly string[] Leaking =
    [
        "leak-constant", "leak-per-request", "leak-slow", "leak-steps", "leak-accelerating", "leak-late", "leak-over-warm-up",
        "leak-under-sawtooth", "leak-under-batches", "leak-fast", "leak-timers", "leak-finalizer", "leak-diurnal", "leak-lazy-collector",
        "native-constant", "native-per-request", "native-slow", "native-mapped", "native-assemblies", "native-late", "fragmentation",
        "leak-no-limit", "leak-no-limit-fast", "leak-after-job", "leak-two", "leak-stops", "gc-thrash",
    ];

    /// <summary>Whether a service of this family runs without a limit but the machine's: a share of the time to it says nothing there.</summary>
    public static bool HasNoLimit(string family) => family is "no-limit" or "leak-no-limit" or "leak-no-limit-fast";

    /// <param name="family">Its name.</param>
    /// <param name="seed">Seed.</param>
    /// <param name="isLive">All columns, and the service collects when asked to.</param>
    /// <param name="isBusy">A full collection every ten minutes or more often.</param>
    /// <param name="isHard">Caches, buffers and jobs are mostly large: their sizes evenly spread instead of their orders of magnitude.</param>
    public static ServiceSpec Create(string family, int seed, bool isLive, bool isBusy, bool isHard)
    {
        Random random = new(HashCode(family, seed));
        bool leaks = Array.IndexOf(Leaking, family) >= 0;
        double duration = family switch
        {
            "daily-flush" or "diurnal" or "connections" or "logarithmic-cache" => random.Between(24 * Hour, 48 * Hour),
            "gc-thrash" or "starved" => random.LogBetween(1800, 8 * Hour),
            "lazy-collector" => random.LogBetween(4 * Hour, 48 * Hour),
            _ => random.NextDouble() < 0.15 ? random.LogBetween(600, Hour) : random.LogBetween(Hour, 48 * Hour),
        };
        double timeToLimit = family switch
        {
            "leak-fast" => random.LogBetween(900, 2 * Hour),
            "leak-slow" or "native-slow" => random.LogBetween(48 * Hour, LongestWay),
            _ => random.LogBetween(2 * Hour, LongestWay),
        };
        double onsetShare = family is "leak-late" or "native-late" or "leak-after-job" or "gc-thrash" ? random.Between(0.2, 0.5) : random.Between(0, 0.05);
        if (leaks && family != "gc-thrash")
        {
            // Long enough for the leak to matter, at most two days.
            duration = family switch
            {
                "leak-no-limit" => random.Between(24 * Hour, 48 * Hour),
                "leak-no-limit-fast" => random.Between(720, 2400),
                _ => Math.Min(48 * Hour, timeToLimit * random.Between(0.5, 1.2) / (1 - onsetShare)),
            };
        }

        double interval = duration < 2 * Hour ? random.Pick<double>(1, 1, 2, 5) : duration < 8 * Hour ? random.Pick<double>(1, 5, 10, 15, 30) : random.Pick<double>(5, 10, 15, 30, 60);
        double basis = random.LogBetween(15 * MB, 600 * MB);
        double limit = basis * random.LogBetween(2.2, 8) + (180 * MB);
        int limitKind = random.Next(10);
        double container = limitKind < 7 ? limit : double.PositiveInfinity;
        double available = limitKind < 6 ? 0.75 * limit : limitKind < 7 ? limit : limitKind < 9 ? limit : random.Pick(4e9, 8e9, 16e9);
        if (HasNoLimit(family))
        {
            basis = family == "leak-no-limit-fast" ? random.LogBetween(3 * MB, 40 * MB) : basis;
            container = random.Next(2) == 0 ? double.PositiveInfinity : random.Pick(8e9, 16e9, 32e9);
            available = double.IsInfinity(container) ? random.Pick(8e9, 16e9, 32e9) : container;
        }

        List<MemoryPart> parts =
        [
            new Startup(basis * random.Between(0.5, 0.9), random.LogBetween(5, 120)),
            new PerLoad(basis * random.LogBetween(0.03, 0.25), random.LogBetween(10, 300)),
            new Wandering(basis * 0.05, 0.5, random.LogBetween(60, 1800)),
            new Startup(random.LogBetween(3 * MB, 25 * MB), random.LogBetween(10, 200)) { Place = Place.Malloc },
        ];
        double swing = random.Pick(0, 0, 0.2, 0.5, 0.7);
        double allocation = random.LogBetween(0.3 * MB, 60 * MB);
        double midLife = random.LogBetween(0.002, 0.05);
        double other = random.Pick(0, random.LogBetween(60, 3600));
        double holeShare = random.Between(0.02, 0.3);
        double noise = random.LogBetween(0.03, 0.3);
        double bursts = random.Pick<double>(0, 0, 3, 12);
        double rampFrom = 1, rampStart = 0, rampEnd = 0, arrival = random.LogBetween(5, 120);
        double gen2Growth = random.LogBetween(0.05, 0.7);
        double room = Math.Min(available - basis, container - basis - (60 * MB));
        bool finalizerBlocks = false;
        MemoryProblem truth = MemoryProblem.None;
        switch (family)
        {
            case "diurnal": swing = random.Between(0.4, 0.9); parts.Add(new PerLoad(basis * random.Between(0.1, 0.6), random.LogBetween(60, 3600))); break;
            case "sessions": swing = random.Between(0.2, 0.7); parts.Add(new TimeToLiveCache(Fit(Share(0.1, 0.5)), random.Between(900, 5400))); break;
            case "traffic-ramp":
                rampFrom = random.Between(0.1, 0.6);
                rampStart = random.Between(0, 0.4) * duration;
                rampEnd = rampStart + (random.Between(0.1, 0.6) * duration);
                parts.Add(new PerLoad(Fit(Share(0.1, 0.6)), random.LogBetween(30, 600)));
                break;
            case "deploy-warm-up":
                arrival = random.LogBetween(60, 1200);
                parts.Add(new SaturatingCache(Fit(Share(0.2, 0.7)), random.LogBetween(100, 1500)));
                parts.Add(new Startup(random.LogBetween(5 * MB, 40 * MB), random.LogBetween(60, 1200)) { Place = Place.Malloc });
                break;
            case "linear-cache": parts.Add(new LinearCache(Fit(Share(0.1, 0.5)), random.LogBetween(0.02, 0.5) * duration)); break;
            case "popular-keys-cache": parts.Add(new SaturatingCache(Fit(Share(0.1, 0.6)), random.LogBetween(0.02, 0.25) * duration)); break;
            case "two-caches":
                parts.Add(new SaturatingCache(Fit(Share(0.1, 0.4)), random.LogBetween(100, 0.1 * duration)));
                parts.Add(new LinearCache(Fit(Share(0.05, 0.3)), random.LogBetween(0.1, 0.5) * duration));
                break;
            case "ttl-cache": parts.Add(new TimeToLiveCache(Fit(Share(0.1, 0.5)), random.LogBetween(120, Math.Min(6 * Hour, 0.4 * duration)))); break;
            case "ttl-cache-ramp":
                rampFrom = random.Between(0.3, 0.7);
                rampStart = 0.2 * duration;
                rampEnd = 0.5 * duration;
                parts.Add(new TimeToLiveCache(Fit(Share(0.1, 0.5)), random.LogBetween(120, Math.Min(3 * Hour, 0.3 * duration))));
                break;
            case "batch-jobs": parts.Add(new BatchJob(Fit(Share(0.1, 0.5)), random.LogBetween(600, 6 * Hour), random.LogBetween(120, 1800), 0.5)); break;
            case "spikes": parts.Add(new Spikes(Fit(Share(0.2, 0.8)), random.LogBetween(5, 200), random.LogBetween(10, 900))); break;
            case "sawtooth": parts.Add(new Sawtooth(Fit(Share(0.1, 0.6)), random.LogBetween(120, 6 * Hour), random.Between(0, 0.3))); break;
            case "daily-flush": parts.Add(new Sawtooth(Fit(Share(0.1, 0.5)), random.Between(2 * Hour, 9 * Hour), 0.02)); break;
            case "tenant-steps": parts.Add(new Staircase(Fit(Share(0.05, 0.2)), random.LogBetween(0.03, 0.2) * duration, random.Between(0.4, 0.8))); break;
            case "lazy-collector" or "leak-lazy-collector":
                allocation = random.LogBetween(0.1 * MB, 2 * MB);
                midLife = random.Between(0.02, 0.08);
                other = 0;
                gen2Growth = random.Between(0.6, 1.2);
                break;
            case "large-object-churn": other = random.LogBetween(0.5, 30); holeShare = random.Between(0.1, 0.5); parts.Add(new Wandering(Fit(0.15), 0.4, random.LogBetween(20, 600))); break;
            case "native-warm-up": parts.Add(new SaturatingCache(Fit(Share(0.1, 0.4)), random.LogBetween(60, 0.15 * duration)) { Place = Place.Malloc }); break;
            case "native-cache": parts.Add(new LinearCache(Fit(Share(0.1, 0.5)), random.LogBetween(0.02, 0.5) * duration) { Place = Place.Malloc }); break;
            case "native-retention": parts.Add(new SaturatingCache(Fit(Share(0.1, 0.4)), random.LogBetween(300, 0.3 * duration)) { Place = Place.MallocFree }); break;
            case "finalizable-handles": parts.Add(new FinalizableHandles(random.LogBetween(0.005, 0.2) * MB) { Place = Place.Malloc }); other = random.LogBetween(60, 900); break;
            case "high-level": parts.Add(new Startup(Fit(random.Between(0.8, 1.2)), random.LogBetween(5, 60))); break;
            case "pinning-bursts": parts.Add(new Spikes(Fit(Share(0.1, 0.4)), random.LogBetween(5, 50), random.LogBetween(60, 1800)) { Place = Place.Holes }); break;
            case "wandering": parts.Add(new Wandering(Fit(Share(0.1, 0.3)), random.Between(0.1, 0.4), random.LogBetween(300, 4 * Hour))); break;
            case "idle": allocation = random.LogBetween(1e3, 1e5); swing = 0; bursts = 0; break;
            case "job-raises-load": parts.Add(new BatchJob(Fit(Share(0.1, 0.5)), random.LogBetween(Hour, 8 * Hour), random.LogBetween(600, 1.5 * Hour), 0.2) { Allocation = random.LogBetween(1, 5) }); break;
            case "logarithmic-cache":
                swing = random.Between(0, 0.6);
                parts.Add(new LogarithmicCache(Fit(Share(0.05, 0.25)), random.LogBetween(60, 3600)));
                break;
            case "connections": parts.Add(new Connections(Fit(Share(0.1, 0.5)), random.LogBetween(Hour, 8 * Hour), random.Between(0.2, 0.8), random.NextDouble())); break;
            case "connections-restart": parts.Add(new Connections(Fit(Share(0.1, 0.5)), random.LogBetween(1200, 4 * Hour), random.Between(0, 0.5), random.NextDouble()) { BeginsEmpty = true, TimersOfAll = random.Pick<double>(0, 2000, 20000) }); break;
            case "mapped-files": parts.Add(new MappedFiles(random.LogBetween(50 * MB, 0.5 * Math.Min(limit, 4e9)), random.LogBetween(0.2, 1.5) * duration) { Place = Place.File }); break;
            case "no-limit": parts.Add(new LinearCache(basis * random.LogBetween(0.05, 0.4), random.LogBetween(0.02, 0.5) * duration)); break;
            case "starved": parts.Add(new Thrashing(random.Between(0, 0.5) * duration, random.LogBetween(0.02, 0.15))); break;
            case "gc-thrash": parts.Add(new Thrashing(onsetShare * duration, random.LogBetween(0.35, 4))); break;
            case "leak-after-job": parts.Add(new BatchJob(Fit(Share(0.1, 0.3)), random.LogBetween(Hour, 4 * Hour), random.LogBetween(600, Hour), 0.2) { Allocation = random.LogBetween(0.5, 3) }); break;
            case "leak-over-warm-up": parts.Add(new SaturatingCache(Fit(Share(0.05, 0.2)), random.LogBetween(60, 0.1 * duration))); break;
            case "leak-under-sawtooth": parts.Add(new Sawtooth(Fit(Share(0.05, 0.2)), random.LogBetween(60, 0.1 * duration), 0.1)); break;
            case "leak-under-batches": parts.Add(new BatchJob(Fit(Share(0.1, 0.25)), random.LogBetween(300, 0.2 * duration), random.LogBetween(30, 200), 0.5)); break;
        }

        if (family == "gc-thrash")
        {
            truth = MemoryProblem.GCThrash;
        }
        else if (leaks)
        {
            bool native = family.StartsWith("native", StringComparison.Ordinal);
            truth = native ? MemoryProblem.UnmanagedGrowth : family == "fragmentation" ? MemoryProblem.HeapFragmentation : MemoryProblem.ManagedLeak;
            double onset = onsetShare * duration;
            double span = timeToLimit;
            double rate = family switch
            {
                "leak-no-limit" => basis * random.LogBetween(0.8, 4) / (24 * Hour),
                "leak-no-limit-fast" => random.LogBetween(0.8 * MB, 5 * MB),
                _ => Math.Max(room * 0.85, 30 * MB) / span,
            };
            LeakForm form = family switch
            {
                "leak-per-request" or "native-per-request" or "leak-diurnal" => LeakForm.PerLoad,
                "leak-steps" => LeakForm.Steps,
                "leak-accelerating" => LeakForm.Accelerating,
                _ => random.NextDouble() < 0.3 ? LeakForm.PerLoad : LeakForm.Constant,
            };
            if (family == "leak-diurnal")
            {
                swing = random.Between(0.4, 0.9);
            }

            parts.Add(new Leak(onset, rate, form, form == LeakForm.Steps ? span * random.LogBetween(0.005, 0.05) : span)
            {
                Place = family == "fragmentation" ? Place.Holes : !native ? Place.Managed : family == "native-mapped" ? Place.Mapped : Place.Malloc,
                TimersPerMegabyte = family == "leak-timers" ? random.LogBetween(50, 3000) : 0,
                AssembliesPerMegabyte = family == "native-assemblies" ? random.LogBetween(2, 40) : 0,
                End = family == "leak-stops" ? onset + (random.Between(0.35, 0.7) * Math.Min(span, duration)) : double.PositiveInfinity,
            });
            if (family == "leak-two")
            {
                parts.Add(new Leak(onset, rate * random.Between(0.4, 1.2), form, span) { Place = Place.Malloc });
            }

            finalizerBlocks = family == "leak-finalizer";
        }

        return new ServiceSpec
        {
            Family = family,
            Truth = truth,
            Second = family == "leak-two" ? MemoryProblem.UnmanagedGrowth : MemoryProblem.None,
            Parts = parts,
            Load = new LoadShape(random)
            {
                DailySwing = swing,
                ArrivalSeconds = arrival,
                Noise = noise,
                BurstsPerDay = bursts,
                RampFrom = rampFrom,
                RampStart = rampStart,
                RampEnd = rampEnd,
            },
            Heap = new SimulatedHeap(random)
            {
                Gen0Budget = random.LogBetween(0.5 * MB, 64 * MB),
                Gen2Growth = gen2Growth,
                Gen2MinimumBytes = random.LogBetween(5 * MB, 40 * MB),
                Gen2OtherSeconds = isBusy ? (other > 0 ? Math.Min(other, 600) : 300) : other,
                MidLife = midLife,
                PairProbability = random.Between(0, 0.5),
                HoleShare = holeShare,
                HeapLimit = Math.Min(available, container),
            },
            AllocationPerSecond = allocation,
            Limit = container,
            Available = available,
            FileBytes = random.Between(40 * MB, 130 * MB),
            Interval = interval,
            Duration = duration,
            Columns = ColumnsOf(family, isLive, random),
            ShowsLimits = isLive || random.Next(12) > 0,
            FinalizerBlocks = finalizerBlocks,
            ThrashPauseSeconds = parts.OfType<Thrashing>().FirstOrDefault() is { PerSecond: double perSecond } ? random.Between(0.2, family == "starved" ? 0.35 : 0.7) / perSecond : 0,
        };

        // Sizes are spread over their orders of magnitude, like all scales here: most caches are small.
        double Share(double low, double high) => isHard ? random.Between(low, high) : random.LogBetween(0.3 * low, high);

        // A share of the room, so that the healthy service stays below its limits.
        double Fit(double share) => share * Math.Max(20 * MB, Math.Min(0.5 * room, 4 * basis));
    }

    /// <summary>A live service has no allocator to ask on some platforms, and not always a count of its requests.</summary>
    private static Columns ColumnsOf(string family, bool isLive, Random random)
    {
        if (family == "mapped-files")
        {
            return Columns.AnyCollection | Columns.Counts | Columns.Counters | (random.Next(2) == 0 ? Columns.LoadTotal : 0);
        }

        if (isLive)
        {
            return Columns.All & ~(random.Next(3) == 0 ? Columns.Malloc : 0) & ~(random.Next(2) == 0 ? Columns.LoadTotal : 0);
        }

        return random.Next(4) switch
        {
            0 => Columns.All,
            1 => Columns.All & ~(Columns.Malloc | Columns.Container),
            2 => Columns.AnyCollection | Columns.Counts,
            _ => family is "gc-thrash" ? Columns.AnyCollection | Columns.Counts : Columns.Minimal,
        };
    }

    /// <summary>Stable between runs, unlike string's own.</summary>
    private static int HashCode(string family, int seed)
    {
        int hash = 17;
        foreach (char letter in family)
        {
            hash = unchecked((hash * 31) + letter);
        }

        return unchecked((hash * 1_000_003) ^ (seed * 7919));
    }
}
