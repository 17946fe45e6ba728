using MemGuard.HeapSnapshots.Graph;
using MemGuard.Trends;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Tells of a place whether what accumulates there goes by itself: from the way down to it, and from the fields of what is in it.</summary>
internal sealed class HolderKindFinder(AnalysedHeap heap, ServiceObjects services)
{
    private static readonly string[] BoundedTypes =
    [
        "MemGuard.Bounded.BoundedCache`2", "MemGuard.Bounded.LeasedCache`2", "MemGuard.Bounded.BoundedQueue`1", "MemGuard.Caching.BoundedMemoryCache", "System.Threading.Channels.BoundedChannel`1",
    ];

    /// <summary>Where the framework keeps what a client or a time takes out again.</summary>
    private static readonly string[] PassingNamespaces =
    [
        "Microsoft.Extensions.Caching", "Microsoft.AspNetCore.Server", "Microsoft.AspNetCore.Connections", "Microsoft.AspNetCore.Http.Connections", "Microsoft.AspNetCore.SignalR", "Microsoft.AspNetCore.Session",
        "Microsoft.AspNetCore.OutputCaching",
    ];

    private static readonly Type[] EndingTypes = [typeof(Timer), typeof(ITimer), typeof(System.Timers.Timer), typeof(CancellationTokenSource)];

    /// <param name="chain">The way down from the roots to the largest object of the place.</param>
    /// <param name="container">The position of what the user knows as one thing.</param>
    /// <param name="contents">What accumulates in it.</param>
    /// <param name="owner">Who holds it.</param>
    public HolderKind Find(List<ChainNode> chain, int container, Contents contents, Owner owner)
    {
        if (contents.Unit is Contents.Continuations or Contents.Sockets || contents.Waiter == WaiterKind.Delay)
        {
            // Work that waits: it may go on at any time, or never.
            return HolderKind.Unknown;
        }

        if (contents.Unit is Contents.Timers or Contents.Registrations or Contents.Handlers)
        {
            return HolderKind.Lasting;
        }

        HolderKind kind = IsBounded(chain, container) ? HolderKind.Filling : FindAbove(chain, container) ?? OfRoot(chain, owner);
        return kind == HolderKind.Lasting && HasEnd(contents) ? HolderKind.Expiring : kind;
    }

    /// <summary>Whether it is a bounded structure or a part of one: what only lies in an entry of one is not bounded by it.</summary>
    private static bool IsBounded(List<ChainNode> chain, int container)
    {
        for (int position = chain.Count - 1; position > 0 && (position >= container || chain[position + 1].IsInternal); position--)
        {
            if (Array.Exists(BoundedTypes, chain[position].IsNamed))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Up from the place: a method that runs, or something that stays, whichever is nearer; null where the way ends at a root.</summary>
    private HolderKind? FindAbove(List<ChainNode> chain, int container)
    {
        for (int position = container; position > 0; position--)
        {
            ChainNode node = chain[position];
            if (node.Type?.Type is { } type && CompilerNames.FindStateMachine(type) is { } machine)
            {
                // The loop of a hosted service and Main run until the process ends: what they hold stays, or is dropped at the next turn.
                return CompilerNames.IsEntryPoint(type) || CompilerNames.MethodOf(machine.Name) == "ExecuteAsync" ? HolderKind.Unknown : HolderKind.RunningWork;
            }

            if (IsPassing(node))
            {
                return HolderKind.Expiring;
            }

            if (node.Static is not null || node.Role == HolderRole.Pipeline || services.Find(chain, position) is not null)
            {
                return HolderKind.Lasting;
            }

            if (node.Role is not HolderRole.Ordinary)
            {
                return HolderKind.Unknown;
            }
        }

        return null;
    }

    private HolderKind OfRoot(List<ChainNode> chain, Owner owner) =>
        (!owner.IsAsyncLocal && owner.Text.Contains(OwnerFinder.Static, StringComparison.Ordinal)) || (chain.Count > 1 && HiddenRoots.IsHandle(heap, chain[1])) ? HolderKind.Lasting
        : chain.Count > 1 && chain[1].Node == heap.Graph.Root + RootPlan.Stack ? HolderKind.RunningWork
        : HolderKind.Unknown;

    private static bool IsPassing(ChainNode node) => node.Type is { IsFramework: true } && Array.Exists(PassingNamespaces, node.IsInNamespace);

    /// <summary>Whether what is in there says when it ends: by a timer, a token source or a field for the time.</summary>
    private bool HasEnd(Contents contents)
    {
        if (contents.ElementTypeName is not { } name)
        {
            return false;
        }

        for (int i = 0; i < heap.Types.Count; i++)
        {
            if (heap.Types[i] is { IsUserObject: true, IsCompilerMade: false, Type: { } type } known && known.Name == name)
            {
                return Array.Exists(Reflection.GetInstanceFields(type), static field =>
                    Reflection.GetFieldType(field) is { } fieldType
                    && (Array.Exists(EndingTypes, ending => ending.IsAssignableFrom(fieldType)) || (IsTime(fieldType) && field.Name.Contains("expir", StringComparison.OrdinalIgnoreCase))));
            }
        }

        return false;
    }

    private static bool IsTime(Type type) => type == typeof(DateTime) || type == typeof(DateTimeOffset) || type == typeof(TimeSpan) || type == typeof(long);
}
