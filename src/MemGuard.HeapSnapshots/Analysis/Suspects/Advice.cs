namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The next step for a kind of place.</summary>
internal static class Advice
{
    public static string? For(ChainNode place, Contents contents) => contents.Unit switch
    {
        "timers" => "dispose the timers, or hold them in a GuardedTimer",
        "registrations" => "dispose what Register returns when the work ends",
        "waiting continuations" => "complete the task they wait for, or give the wait a timeout or a cancellation token",
        "handlers" => "unsubscribe the handlers, or use a GuardedEvent",
        _ => ForCollection(place),
    };

    private static string? ForCollection(ChainNode place)
    {
        if (place.IsNamed("Microsoft.Extensions.Caching.Memory.MemoryCache"))
        {
            return "set a SizeLimit and sizes, or use a BoundedCache";
        }

        if (place.Type?.Type is not { } type)
        {
            return null;
        }

        string name = TypeNaming.Format(type);
        int arguments = name.IndexOf('<', StringComparison.Ordinal);
        if (arguments < 0 || !place.IsInNamespace("System.Collections"))
        {
            return null;
        }

        if (typeof(System.Collections.IDictionary).IsAssignableFrom(type))
        {
            return $"bound it, e.g. BoundedCache{name[arguments..]}";
        }

        return name.Contains("Queue", StringComparison.Ordinal) ? $"bound it, e.g. BoundedQueue{name[arguments..]}" : "remove what is no longer needed, or bound it";
    }
}
