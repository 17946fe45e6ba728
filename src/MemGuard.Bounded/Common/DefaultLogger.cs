using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <summary>Where structures write that were given no logger of their own: to the logger of whoever watches the process, the oldest of several.</summary>
/// <remarks>Thread-safe.</remarks>
internal static class DefaultLogger
{
    // Guarded by itself.
    private static readonly List<(object Source, ILogger Logger)> Known = [];

    private static volatile ILogger? _current;

    /// <summary>Null where nobody watches. Read when there is something to say: a structure may be older than the host.</summary>
    public static ILogger? Current => _current;

    public static void Set(object source, ILogger logger)
    {
        lock (Known)
        {
            Known.Add((source, logger));
            _current = Known[0].Logger;
        }
    }

    public static void Clear(object source)
    {
        lock (Known)
        {
            Known.RemoveAll(known => ReferenceEquals(known.Source, source));
            _current = Known.Count > 0 ? Known[0].Logger : null;
        }
    }
}
