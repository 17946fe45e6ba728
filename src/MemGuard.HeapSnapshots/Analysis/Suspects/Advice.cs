namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The next step for what was named.</summary>
internal static class Advice
{
    /// <summary>Blocks of the dataflow library: queues in whose namespace tasks wait.</summary>
    public const string Dataflow = "System.Threading.Tasks.Dataflow";

    private const int Many = 8;
    private const string Remove = "remove what is no longer needed, or bound it";

    public static string? For(ChainNode place, Contents contents, Owner owner) => (contents.Unit, contents.Waiter) switch
    {
        (_, WaiterKind.CancellationSource) => "dispose each CancellationTokenSource when its work ends: that ends its timer too",
        (_, WaiterKind.LinkedSource) => "dispose each linked CancellationTokenSource when its work ends: until then the one it is linked to holds it",
        (Contents.Timers, WaiterKind.Delay) => "let the wait end: pass it a cancellation token, or a shorter time",
        (Contents.Timers, _) => "dispose the timers, or hold them in a GuardedTimer",
        (Contents.Registrations, _) => owner.Known?.NextStep ?? "dispose what Register returns when the work ends",
        (Contents.Sockets, _) => contents.ElementTypeName is { } opened ? $"dispose each {opened} when its work ends, and bound how many are open" : "close connections when their work ends, and bound how many are open",
        (Contents.Continuations, _) => "complete the task they wait for, or give the wait a timeout or a cancellation token",
        (Contents.Handlers, _) => owner.Known?.NextStep ?? "unsubscribe the handlers, or use a GuardedEvent",
        _ => owner.Known?.NextStep ?? ForCollection(place) ?? ForOthers(place, contents, owner),
    };

    private static string? ForOthers(ChainNode place, Contents contents, Owner owner) =>
        place.IsNamed("System.Threading.SemaphoreSlim") ? "release the semaphore, or give the wait a timeout or a cancellation token"
        : place.IsInNamespace(Dataflow) ? "set the block's BoundedCapacity, and await SendAsync"
        : contents.SharedBy.Length > 0 ? "remove what is no longer needed from each of them"
        : contents.Count >= Many && owner.Text.Length > 0 ? Remove
        : null;

    private static string? ForCollection(ChainNode place)
    {
        if (place.IsNamed("Microsoft.Extensions.Caching.Memory.MemoryCache"))
        {
            return "set a SizeLimit and sizes, or use a BoundedCache";
        }

        if (CollectionOf(place) is not { } type)
        {
            return null;
        }

        string name = TypeNaming.Format(type);
        int arguments = name.IndexOf('<', StringComparison.Ordinal);
        if (arguments < 0)
        {
            return null;
        }

        if (typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            return $"bound it, e.g. BoundedCache{name[arguments..]}";
        }

        return name.Contains("Queue", StringComparison.Ordinal) && type.GetGenericArguments().Length == 1 ? $"bound it, e.g. BoundedQueue{name[arguments..]}" : Remove;
    }

    private static Type? CollectionOf(ChainNode place) =>
        place.IsInNamespace("System.Collections") ? place.Type!.Type
        : place.IsUserCollection ? EdgeFields.FindFrameworkBase(place.Type!.Type!)
        : null;
}
