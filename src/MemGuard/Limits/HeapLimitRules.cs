using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Limits;

/// <summary>The limit of the managed heap against the limit of the process.</summary>
internal static class HeapLimitRules
{
    // A heap that stays within its limit must leave room for everything else, and some more. What was set as advised, with the larger of the two, must
    // not be found too large as soon as a little more is outside.
    private const double Reserve = 0.10;
    private const double LeastReserve = 0.07;

    // Below this share the heap is no place for an application.
    private const double LeastHeapShare = 0.1;

    // The default leaves 25 % outside the heap; measured in a 256 MB container, the kernel killed at 23 %.
    private const double DefaultOutsideShare = 0.25;
    private const double DefaultMargin = 0.05;

    // Measured: throughput is halved when live objects fill 89 % of the hard limit, and a seventh at 92 %.
    private const double NearlyFullWarning = 0.85;
    private const double WorthRaising = 1.05;
    private const double NearlyFullCritical = 0.90;

    /// <summary>A configured heap limit that the kernel's limit comes before: the process is killed without a collection.</summary>
    public static MemoryLimitFinding? AboveContainer(LimitFacts facts)
    {
        if (facts is not { MemoryLimitBytes: long limit, HeapLimitBytes: long heap })
        {
            return null;
        }

        if (heap >= limit)
        {
            return MemoryLimitFinding.Create(
                "heap-limit-above-container",
                MemoryAdviceSeverity.Critical,
                $"The heap may grow to {ByteText.Of(heap)}, the process only to {ByteText.Of(limit)}: it will be killed (exit 137) before the garbage collector reacts",
                Lower(facts, limit, facts.UnmanagedBytes ?? (long)(limit * DefaultOutsideShare), "raise the memory limit"));
        }

        // At the default the share outside the heap is judged by the next rule.
        if (facts.Host.GC.Origin == HeapLimitOrigin.ContainerDefault || facts.UnmanagedBytes is not long unmanaged || heap <= limit - unmanaged - (limit * LeastReserve))
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "heap-limit-above-container",
            MemoryAdviceSeverity.Critical,
            $"Heap limit {ByteText.Of(heap)} and {ByteText.Of(unmanaged)} outside the heap leave less than 7 % of the memory limit {ByteText.Of(limit)}: the process can be killed (exit 137) before the garbage collector reacts",
            Lower(facts, limit, unmanaged, "raise the memory limit"));
    }

    /// <summary>At the runtime's default the heap takes three quarters: what the process needs outside must fit into the rest.</summary>
    public static MemoryLimitFinding? UnmanagedShare(LimitFacts facts)
    {
        if (facts.Host.GC.Origin != HeapLimitOrigin.ContainerDefault
            || facts is not { MemoryLimitBytes: long limit, UnmanagedBytes: long unmanaged }
            || facts.HeapLimitBytes >= limit
            || unmanaged <= limit * (DefaultOutsideShare - DefaultMargin))
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "unmanaged-share",
            MemoryAdviceSeverity.Warning,
            $"{ByteText.Of(unmanaged)} outside the heap is {Percent(unmanaged, limit)} of the memory limit {ByteText.Of(limit)}, and the heap may take 75 %",
            Lower(facts, limit, unmanaged, $"raise the memory limit to {ByteText.Of((long)(unmanaged / (DefaultOutsideShare - DefaultMargin)))}"));
    }

    /// <summary>Live objects close to the heap's limit: the garbage collector works all the time.</summary>
    public static MemoryLimitFinding? NearlyFull(LimitFacts facts)
    {
        if (facts is not { LiveBytes: long live, HeapLimitBytes: > 0 and long heap } || live < heap * NearlyFullWarning)
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "heap-nearly-full",
            live >= heap * NearlyFullCritical ? MemoryAdviceSeverity.Critical : MemoryAdviceSeverity.Warning,
            $"Live objects fill {ByteText.Of(live)} of the heap limit {ByteText.Of(heap)} ({Percent(live, heap)}); throughput halves near 89 %",
            FitsMore(facts) is { } more ? $"Set {HeapLimitSetting.Type(facts, more)}, or keep less alive" : "Raise the memory limit, or keep less alive");
    }

    /// <summary>The process has a limit of which the garbage collector knows nothing: it collects as if the whole machine were there.</summary>
    public static MemoryLimitFinding? NotSeen(LimitFacts facts)
    {
        if (facts is not { MemoryLimitBytes: long limit, HeapLimitBytes: null, Host.GC.Origin: HeapLimitOrigin.None })
        {
            return null;
        }

        return MemoryLimitFinding.Create(
            "limit-not-seen",
            MemoryAdviceSeverity.Warning,
            $"The garbage collector has no limit of its own under the memory limit {ByteText.Of(limit)}{(facts.GCViewBytes is long view ? $" and works with {ByteText.Of(view)}" : "")}: the heap may grow until the process is killed",
            $"Set {Suggestion(facts, limit, Math.Max(facts.UnmanagedBytes ?? 0, (long)(limit * (DefaultOutsideShare - Reserve))))}");
    }

    /// <summary>A smaller heap, or what is done otherwise; that alone where a smaller heap would not hold what lives in it.</summary>
    private static string Lower(LimitFacts facts, long limit, long unmanaged, string otherwise)
    {
        long heap = (long)(limit * (1 - Reserve)) - unmanaged;
        bool isRoomy = heap >= limit * LeastHeapShare && !(facts.LiveBytes > heap * NearlyFullWarning);
        return isRoomy ? $"Set {HeapLimitSetting.Type(facts, heap)}, or {otherwise}" : char.ToUpperInvariant(otherwise[0]) + otherwise[1..];
    }

    private static string Suggestion(LimitFacts facts, long limit, long unmanaged) =>
        HeapLimitSetting.Type(facts, Math.Max(ByteText.Megabyte, (long)(limit * (1 - Reserve)) - unmanaged));

    // What the heap may have beyond its limit of today without leaving too little outside.
    private static long? FitsMore(LimitFacts facts) =>
        facts is { MemoryLimitBytes: long limit, UnmanagedBytes: long unmanaged, HeapLimitBytes: long heap }
        && (long)(limit * (1 - Reserve)) - unmanaged is var most && most > heap * WorthRaising
            ? most
            : null;

    private static string Percent(long part, long whole) => string.Create(CultureInfo.InvariantCulture, $"{100.0 * part / whole:0} %");
}
