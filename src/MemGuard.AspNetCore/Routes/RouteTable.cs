using System.Collections.Concurrent;
using MemGuard.HeapSnapshots.Reporting;

namespace MemGuard.AspNetCore.Routes;

/// <summary>What the measured requests of each route came to. Bounded in number: routes are patterns, and what comes after the bound is one row.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class RouteTable(int oneIn, TimeProvider time)
{
    public const string NoRoute = "without a route";
    private const string OtherRoutes = "other routes";
    private const int MaxRoutes = 200;

    private readonly ConcurrentDictionary<string, Row> _rows = new(StringComparer.Ordinal);
    private long _asked;

    public long Now => time.GetTimestamp();

    /// <summary>True for one request in so many. Every so-manieth, not a random one: no route is chosen by its own rhythm for long.</summary>
    public bool ShouldMeasure() => (Interlocked.Increment(ref _asked) - 1) % oneIn == 0;

    public void Add(string route, long allocatedBytes, long start)
    {
        TimeSpan duration = time.GetElapsedTime(start);
        Row row = _rows.TryGetValue(route, out Row? known) ? known : _rows.GetOrAdd(_rows.Count < MaxRoutes ? route : OtherRoutes, static _ => new Row());
        Interlocked.Add(ref row.AllocatedBytes, allocatedBytes);
        Interlocked.Add(ref row.Ticks, duration.Ticks);
        long longest;
        while (duration.Ticks > (longest = Interlocked.Read(ref row.LongestTicks)) && Interlocked.CompareExchange(ref row.LongestTicks, duration.Ticks, longest) != longest)
        {
        }

        // Last: who reads a request finds its bytes.
        Interlocked.Increment(ref row.Requests);
    }

    /// <summary>Allocated bytes of the measured requests by route.</summary>
    public IReadOnlyDictionary<string, long> GetAllocatedBytes() => _rows.ToDictionary(static row => row.Key, static row => Interlocked.Read(ref row.Value.AllocatedBytes), StringComparer.Ordinal);

    /// <summary>The routes that allocate most first.</summary>
    public PageRoutes Write()
    {
        (string Name, Row Row)[] rows = [.. _rows.Select(static row => (row.Key, row.Value))];
        long all = rows.Sum(static one => Interlocked.Read(ref one.Row.AllocatedBytes));
        return new PageRoutes
        {
            OneIn = oneIn,
            Routes =
            [
                .. rows.Select(one => new PageRoute
                {
                    Route = PageText.Name(one.Name),
                    MeasuredRequests = one.Row.Requests,
                    AllocatedBytesPerRequest = one.Row.AllocatedBytes / Math.Max(1, one.Row.Requests),
                    AllocatedShareRatio = all > 0 ? (double)one.Row.AllocatedBytes / all : null,
                    MeanSeconds = TimeSpan.FromTicks(one.Row.Ticks / Math.Max(1, one.Row.Requests)).TotalSeconds,
                    LongestSeconds = TimeSpan.FromTicks(one.Row.LongestTicks).TotalSeconds,
                }).OrderByDescending(static route => route.AllocatedShareRatio ?? 0).ThenBy(static route => route.Route, StringComparer.Ordinal),
            ],
        };
    }

    private sealed class Row
    {
        public long Requests;
        public long AllocatedBytes;
        public long Ticks;
        public long LongestTicks;
    }
}
