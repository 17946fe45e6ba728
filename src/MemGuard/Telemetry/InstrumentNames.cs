namespace MemGuard.Telemetry;

/// <summary>Every name that MemGuard publishes, in one place. docs/metrics.md lists the same names.</summary>
internal static class InstrumentNames
{
    public const string Meter = "MemGuard";

    public const string Resident = "memguard.memory.resident";
    public const string Unmanaged = "memguard.memory.unmanaged";
    public const string HeapLive = "memguard.gc.heap.live";
    public const string HeapCurrent = "memguard.gc.heap.current";
    public const string HeapLimit = "memguard.gc.heap.limit";
    public const string HeapLimitUtilization = "memguard.gc.heap.limit.utilization";
    public const string FinalizerLag = "memguard.gc.finalizer.lag";
    public const string ConfirmingCollections = "memguard.gc.confirming_collections";
    public const string ContainerLimit = "memguard.container.memory.limit";
    public const string ContainerUnreclaimable = "memguard.container.memory.unreclaimable";
    public const string MemoryStall = "memguard.container.memory.stall";
    public const string ContainerHeadroom = "memguard.container.memory.headroom";
    public const string ContainerThrottled = "memguard.container.memory.throttled";
    public const string ContainerOomKills = "memguard.container.memory.oom_kills";
    public const string ProblemActive = "memguard.problem.active";
    public const string TimeToLimit = "memguard.time_to_limit";
    public const string Growth = "memguard.growth";
    public const string Info = "memguard.info";
    public const string SuspectInfo = "memguard.suspect.info";
    public const string Alerts = "memguard.alerts";
    public const string Uptime = "memguard.process.uptime";
    public const string SampleDuration = "memguard.sample.duration";
    public const string SampleLateness = "memguard.sample.lateness";
    public const string RecordedRows = "memguard.recording.rows";
    public const string DroppedRows = "memguard.recording.dropped_rows";
    public const string PreviousRun = "memguard.previous_run";
    public const string InternalErrors = "memguard.internal.errors";
    public const string SwitchedOff = "memguard.internal.switched_off";
    public const string SwitchOffs = "memguard.internal.switch_offs";
    public const string CostTier = "memguard.cost.tier";
    public const string CostProcessorTime = "memguard.cost.cpu.time";
    public const string CostAllocated = "memguard.cost.allocated";
    public const string CostHeld = "memguard.cost.memory";
    public const string CostDisk = "memguard.cost.disk.usage";
    public const string CostFiles = "memguard.cost.disk.files";
    public const string CostPause = "memguard.cost.pause";
    public const string CostOperations = "memguard.cost.operations";

    public const string BoundedItems = "memguard.bounded.items";
    public const string BoundedCapacity = "memguard.bounded.capacity";
    public const string BoundedWeight = "memguard.bounded.weight";
    public const string BoundedHits = "memguard.bounded.hits";
    public const string BoundedMisses = "memguard.bounded.misses";
    public const string BoundedEvictions = "memguard.bounded.evictions";
    public const string BoundedRefusals = "memguard.bounded.refusals";
    public const string BoundedOldestAge = "memguard.bounded.oldest_age";

    public const string KindTag = "memguard.memory.kind";
    public const string ProblemTag = "memguard.problem";
    public const string StageTag = "memguard.stage";
    public const string AppVersionTag = "app.version";
    public const string VersionTag = "memguard.version";
    public const string LimitSourceTag = "memguard.limit.source";
    public const string SuspectTag = "memguard.suspect.name";
    public const string FingerprintTag = "memguard.suspect.fingerprint";
    public const string EndTag = "memguard.previous_run.end";
    public const string ComponentTag = "memguard.component";
    public const string OperationTag = "memguard.operation";
    public const string StructureNameTag = "memguard.bounded.name";
    public const string StructureKindTag = "memguard.bounded.kind";
}
