namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The next step for what was named.</summary>
internal static class Advice
{
    /// <summary>Blocks of the dataflow library: queues in whose namespace tasks wait.</summary>
    public const string Dataflow = "System.Threading.Tasks.Dataflow";

    /// <summary>For what was subscribed to.</summary>
    public const string Unsubscribe = "dispose what Subscribe returns when the subscriber's work ends";

    /// <summary>For what holds more and more, whatever it is.</summary>
    public const string Remove = "remove what is no longer needed, or bound it";

    private const int Many = 8;
    private const string Frozen = "let go of the old ones, and make the next one of what is still needed: a frozen collection does not grow itself";

    /// <summary>By the framework's or library's class that the application has one of.</summary>
    private static readonly Dictionary<string, string> KnownPlaces = new(StringComparer.Ordinal)
    {
        ["Microsoft.Extensions.Caching.Memory.MemoryCache"] = "set a SizeLimit and sizes, or use a BoundedCache",
        ["Microsoft.Extensions.Caching.Distributed.MemoryDistributedCache"] = "give each entry an expiration, and the cache a smaller SizeLimit",
        ["System.Diagnostics.DiagnosticListener"] = Unsubscribe,
        ["System.Reactive.Subjects.Subject`1"] = Unsubscribe,
        ["System.Reactive.Subjects.BehaviorSubject`1"] = Unsubscribe,
        ["System.IO.Pipelines.Pipe"] = "await each FlushAsync, and leave PauseWriterThreshold on: without them the writer does not wait for the reader",
        ["System.Threading.SemaphoreSlim"] = "release the semaphore, or give the wait a timeout or a cancellation token",
    };

    public static string? For(ChainNode place, Contents contents, Owner owner) => (contents.Unit, contents.Waiter) switch
    {
        (_, WaiterKind.CancellationSource) => "dispose each CancellationTokenSource when its work ends: that ends its timer too",
        (_, WaiterKind.LinkedSource) => "dispose each linked CancellationTokenSource when its work ends: until then the one it is linked to holds it",
        (Contents.Timers, WaiterKind.Delay) => "let the wait end: pass it a cancellation token, or a shorter time",
        (Contents.Timers, _) => "dispose the timers, or hold them in a GuardedTimer",
        (Contents.Registrations, _) => owner.Known?.NextStep ?? "dispose what Register returns when the work ends",
        (Contents.Sockets, _) => contents.ElementTypeName is { } opened ? $"dispose each {opened} when its work ends, and bound how many are open" : "close connections when their work ends, and bound how many are open",
        (Contents.Continuations, _) => "complete the task they wait for, or give the wait a timeout or a cancellation token",
        (Contents.Waits, _) => "call Unregister on what RegisterWaitForSingleObject returns",
        (Contents.Handlers, _) => owner.Known?.NextStep ?? "unsubscribe the handlers, or use a GuardedEvent",
        _ => owner.Known?.NextStep ?? ForCollection(place) ?? ForOthers(place, contents, owner),
    };

    private static string? ForOthers(ChainNode place, Contents contents, Owner owner) =>
        place.IsInNamespace(Dataflow) ? "set the block's BoundedCapacity, and await SendAsync"
        : contents.SharedBy.Length > 0 ? "remove what is no longer needed from each of them"
        : contents.Count >= Many && owner.Text.Length > 0 ? Remove
        : null;

    private static string? ForCollection(ChainNode place)
    {
        if (KnownPlaces.FirstOrDefault(known => place.IsNamed(known.Key)).Value is { } known)
        {
            return known;
        }

        if (CollectionOf(place) is not { } type)
        {
            return null;
        }

        if (type.Namespace == "System.Collections.Frozen")
        {
            return Frozen;
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
        place.IsInNamespace("System.Collections") ? Reflection.FindVisible(place.Type!.Type!)
        : place.IsUserCollection ? EdgeFields.FindFrameworkBase(place.Type!.Type!)
        : null;
}
