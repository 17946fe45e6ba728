namespace MemGuard.ArchitectureTests;

/// <summary>Which rooms of a package may use which: design.md in one table a package. A room that is not listed fails.</summary>
internal static class RoomTable
{
    /// <summary>The room of a package's root, where it is not merely what all rooms share.</summary>
    public const string Root = "";

    /// <summary>Packages by name: each room with all the rooms that it may use. Inner rooms carry the path of their parent, whose own files they share.</summary>
    public static IReadOnlyDictionary<string, IReadOnlyDictionary<string, string[]>> Packages { get; } = new Dictionary<string, IReadOnlyDictionary<string, string[]>>
    {
        ["MemGuard.Bounded"] = new Dictionary<string, string[]>
        {
            ["Common"] = [],
            ["Ticking"] = ["Common"],
            ["Registry"] = ["Common"],
            ["Caching"] = ["Common", "Ticking", "Registry"],
            ["Queues"] = ["Common", "Ticking", "Registry"],
            ["Pipes"] = ["Common", "Ticking", "Registry"],
            ["Batches"] = ["Common", "Ticking", "Registry", "Queues"],
            ["InFlight"] = ["Common", "Ticking", "Registry"],
            ["Lifetimes"] = ["Common", "Ticking", "Registry"],
            ["Caching/Contract"] = [],
            ["Caching/SingleFlight"] = [],
            ["Caching/Storage"] = ["Contract", "SingleFlight"],
            ["Caching/Eviction"] = ["Contract", "SingleFlight", "Storage"],
            ["Caching/Leases"] = ["Contract", "Storage"],
            ["Queues/Waiters"] = [],
        },
        ["MemGuard.Caching"] = new Dictionary<string, string[]> { [Root] = [] },
        ["MemGuard"] = new Dictionary<string, string[]>
        {
            ["Faults"] = [],
            ["Costs"] = [],
            ["Containers"] = ["Faults"],
            ["Sampling"] = ["Faults", "Costs", "Containers"],
            ["Recording"] = ["Faults", "Costs", "Containers", "Sampling"],
            ["Limits"] = ["Faults", "Containers", "Sampling"],
            ["Trends"] = ["Faults", "Containers", "Sampling"],
            ["Triage"] = ["Faults", "Containers", "Sampling", "Trends"],
            ["Evidence"] = ["Faults", "Costs", "Containers", "Sampling", "Trends", "Triage"],
            ["Alerts"] = ["Faults", "Costs", "Containers", "Sampling", "Trends", "Triage", "Evidence"],
            ["Sessions"] = ["Faults", "Containers", "Sampling", "Trends", "Triage", "Evidence", "Alerts"],
            ["Telemetry"] = ["Faults", "Costs", "Containers", "Sampling", "Recording", "Limits", "Trends", "Triage", "Evidence", "Alerts"],
            [Root] = ["Faults", "Costs", "Containers", "Sampling", "Recording", "Limits", "Trends", "Triage", "Evidence", "Alerts", "Sessions", "Telemetry"],
            ["Registration"] = [Root, "Faults", "Costs", "Containers", "Sampling", "Recording", "Limits", "Trends", "Triage", "Evidence", "Alerts", "Sessions", "Telemetry"],
            ["Containers/SystemFiles"] = [],
            ["Containers/Host"] = ["SystemFiles"],
            ["Containers/Cgroups"] = ["SystemFiles"],
            ["Sampling/Runtime"] = [],
            ["Sampling/Process"] = [],
            ["Sampling/Ledger"] = ["Process"],
            ["Sampling/History"] = [],
            ["Recording/BoxFile"] = [],
            ["Recording/BlackBox"] = ["BoxFile"],
            ["Trends/Signals"] = [],
            ["Trends/Rules"] = [],
            ["Trends/Windows"] = [],
            ["Trends/Holders"] = ["Rules"],
            ["Trends/Growth"] = ["Rules", "Signals", "Windows", "Holders"],
            ["Trends/Conditions"] = ["Rules", "Signals", "Windows", "Holders", "Growth"],
            ["Evidence/Structures"] = [],
            ["Evidence/Collections"] = [],
            ["Evidence/Reports"] = [],
            ["Evidence/Probes"] = [],
        },
        ["MemGuard.HeapSnapshots"] = new Dictionary<string, string[]>
        {
            ["Capture"] = [],
            ["Graph"] = ["Capture"],
            ["Analysis"] = ["Capture", "Graph", "Files"],
            ["Files"] = [],
            ["Reporting"] = ["Analysis", "Files"],
            ["Export"] = ["Analysis"],
            ["Allocations"] = ["Capture", "Analysis", "Export"],
            ["Governor"] = ["Capture", "Files"],
            ["Service"] = ["Capture", "Graph", "Analysis", "Files", "Reporting", "Governor"],
            ["Reporting/Html"] = [],
            ["Capture/Cost"] = [],
            ["Capture/EventPipe"] = ["Cost"],
            ["Capture/Frozen"] = [],
            ["Capture/Layout"] = ["Frozen"],
            ["Capture/Fork"] = ["Frozen", "Layout", "Cost"],
            ["Analysis/Naming"] = [],
            ["Analysis/Statics"] = ["Naming"],
            ["Analysis/Chains"] = ["Naming", "Statics"],
            ["Analysis/Suspects"] = ["Naming", "Statics", "Chains"],
            ["Analysis/Unmanaged"] = ["Naming", "Statics", "Chains", "Suspects"],
        },
        ["MemGuard.Testing"] = new Dictionary<string, string[]>
        {
            ["Growth"] = [],
            ["Collected"] = ["Growth"],
            ["RoundTrips"] = ["Growth"],
            ["Scopes"] = ["RoundTrips"],
        },
        ["MemGuard.Analyzers"] = new Dictionary<string, string[]>
        {
            ["Collections"] = [],
            ["Lifetimes"] = [],
            ["Requests"] = [],
        },
        ["MemGuard.Hook.Core"] = new Dictionary<string, string[]> { [Root] = [] },
        ["MemGuard.StartupHook"] = new Dictionary<string, string[]>
        {
            ["Variables"] = [],
            ["Logging"] = ["Variables"],
            [Root] = ["Variables", "Logging"],
        },
        ["MemGuard.Tool"] = new Dictionary<string, string[]>
        {
            ["Output"] = [],
            ["Processes"] = [],
            ["Diagnostics"] = ["Processes"],
            ["Replays"] = [],
            ["Running"] = [],
            ["Sessions"] = ["Output", "Replays"],
            ["Commands"] = ["Output", "Processes", "Diagnostics", "Replays", "Running", "Sessions"],
        },
        ["MemGuard.AspNetCore"] = new Dictionary<string, string[]>
        {
            ["Routes"] = [],
            ["Dashboard"] = ["Routes"],
            ["Health"] = [],
            ["Backpressure"] = [],
            ["Audit"] = [],
            ["Endpoints"] = ["Dashboard", "Routes"],
        },
    };

    /// <summary>Packages whose root holds what users see, which every room may fill.</summary>
    public static IReadOnlyCollection<string> WithSharedRoot { get; } = ["MemGuard.HeapSnapshots", "MemGuard.AspNetCore", "MemGuard.Bounded", "MemGuard.Caching", "MemGuard.Tool", "MemGuard.Testing", "MemGuard.Analyzers"];

    /// <summary>What is wrong between rooms.</summary>
    public static IEnumerable<string> FindViolations(string package, IReadOnlyList<RoomReference> references)
    {
        IReadOnlyDictionary<string, string[]> table = Packages[package];
        bool isRootShared = WithSharedRoot.Contains(package);
        IEnumerable<RoomReference> first = RoomReference.AtLevel(references, null).Where(reference => !isRootShared || (reference.From.Length > 0 && reference.To.Length > 0));
        foreach (string violation in Compare(first, room => table.GetValueOrDefault(room)))
        {
            yield return violation;
        }

        foreach (string parent in table.Keys.Where(static room => !room.Contains('/', StringComparison.Ordinal) && room.Length > 0))
        {
            foreach (string violation in Compare(RoomReference.AtLevel(references, parent), inner => table.GetValueOrDefault($"{parent}/{inner}")))
            {
                yield return $"{parent}: {violation}";
            }
        }
    }

    /// <summary>A way by which a room reaches itself, or null.</summary>
    public static IReadOnlyList<string>? FindCycle(string package, IReadOnlyList<RoomReference> references)
    {
        bool isRootShared = WithSharedRoot.Contains(package);
        IEnumerable<RoomReference> first = RoomReference.AtLevel(references, null).Where(reference => !isRootShared || (reference.From.Length > 0 && reference.To.Length > 0));
        return RoomReference.FindCycle(first)
            ?? Packages[package].Keys.Select(parent => RoomReference.FindCycle(RoomReference.AtLevel(references, parent))).FirstOrDefault(static cycle => cycle is not null);
    }

    private static IEnumerable<string> Compare(IEnumerable<RoomReference> references, Func<string, string[]?> find) =>
        references
            .Where(reference => find(reference.From)?.Contains(reference.To) != true)
            .Select(reference => $"{(reference.From.Length == 0 ? "(root)" : reference.From)} → {(reference.To.Length == 0 ? "(root)" : reference.To)}: {reference.Place}")
            .Order(StringComparer.Ordinal);
}
