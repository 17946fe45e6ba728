using System.Diagnostics;

namespace Fleet.Simulation;

/// <summary>A service of the simulated fleet with what will ail it, and the alerts that are to fire for it.</summary>
/// <param name="Instances">Its instances.</param>
/// <param name="Begin">Makes the trouble begin.</param>
/// <param name="End">Makes it end.</param>
/// <param name="Expected">Alerts with their subject: an instance, or a version.</param>
internal sealed record Trouble(IReadOnlyList<SimulatedInstance> Instances, Action Begin, Action End, params (string Alert, string Subject)[] Expected)
{
    private const string Old = "1.4.0";
    private const string Next = "1.5.0";

    private static readonly Series TimeToLimit = new("memguard_time_to_limit_seconds") { IsOptional = true };
    private static readonly Series Growth = new("memguard_growth_bytes_per_second", "memguard_memory_kind=\"managed\"");
    private static readonly Series LiveHeap = new("memguard_gc_heap_live_bytes");
    private static readonly Series Requests = new("http_server_request_duration_seconds_count");
    private static readonly Series Uptime = new("memguard_process_uptime_seconds");
    private static readonly Series Lateness = new("memguard_sample_lateness_seconds");
    private static readonly Series KilledBefore = new("memguard_previous_run", "memguard_previous_run_end=\"killed_for_memory\"") { IsOptional = true };
    private static readonly Series OwnErrors = new("memguard_internal_errors_total", "memguard_component=\"recording\"");

    private static readonly Series SuspectedLeak = Series.Problem("managed_leak", "suspected");
    private static readonly Series ConfirmedLeak = Series.Problem("managed_leak", "confirmed");

    /// <summary>Eight services with twenty instances: each rule has one that it must speak of, and seven that it must not.</summary>
    public static IReadOnlyList<Trouble> All(string template)
    {
        long start = Stopwatch.GetTimestamp();
        SimulatedInstance Make(string job, int number, string version)
        {
            SimulatedInstance instance = new(job, $"{job}-{number}", version, template);
            instance.Set(Uptime, 90_000);
            instance.Set(Lateness, 0.001);
            instance.Set(LiveHeap, 100e6);
            instance.Set(Requests, () => 1000 + (50 * Stopwatch.GetElapsedTime(start).TotalSeconds));
            return instance;
        }

        return [Leak(Make), Limit(Make), Grow(Make), Roll(Make), Swell(Make), Kill(Make), Silence(Make), Fail(Make)];
    }

    private static Trouble Leak(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance one = make("leak", 1, Old);
        return new(
            [one],
            () => SetAll([one], (ConfirmedLeak, 1), (Growth, 5e3), (TimeToLimit, 9_000)),
            () => ResetAll([one], ConfirmedLeak, Growth, TimeToLimit),
            ("MemGuardProblemConfirmed", one.Name));
    }

    private static Trouble Limit(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance[] all = [make("limit", 1, Old), make("limit", 2, Old)];
        return new(
            all,
            () => SetAll(all[..1], (ConfirmedLeak, 1), (TimeToLimit, 1_500)),
            () => ResetAll(all, ConfirmedLeak, TimeToLimit),
            ("MemGuardProblemConfirmed", all[0].Name),
            ("MemGuardLimitNear", all[0].Name));
    }

    private static Trouble Grow(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance[] all = [.. Enumerable.Range(1, 4).Select(number => make("growing", number, Old))];
        return new(
            all,
            () => SetAll(all[..3], (SuspectedLeak, 1)),
            () => ResetAll(all, SuspectedLeak),
            ("MemGuardFleetGrowing", Old));
    }

    private static Trouble Roll(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance[] all = [.. Enumerable.Range(1, 6).Select(number => make("rollout", number, number <= 3 ? Old : Next))];
        return new(
            all,
            () =>
            {
                SetAll(all[3..], (Growth, 100e3));
                SetAll(all[3..4], (SuspectedLeak, 1));
            },
            () => ResetAll(all, Growth, SuspectedLeak),
            ("MemGuardRolloutRegression", Next));
    }

    private static Trouble Swell(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance[] all = [.. Enumerable.Range(1, 3).Select(number => make("swollen", number, number == 1 ? Old : Next))];
        return new(
            all,
            () => SetAll(all[1..], (LiveHeap, 220e6)),
            () => SetAll(all[1..], (LiveHeap, 100e6)),
            ("MemGuardHeapPerRequestRegression", Next));
    }

    private static Trouble Kill(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance one = make("killed", 1, Old);
        return new(
            [one],
            () => SetAll([one], (KilledBefore, 1), (Uptime, 20)),
            () => SetAll([one], (Uptime, 3_700)),
            ("MemGuardKilledForMemory", one.Name));
    }

    private static Trouble Silence(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance one = make("silent", 1, Old);
        return new([one], () => one.Set(Lateness, 300), () => one.Set(Lateness, 0.001), ("MemGuardSilent", one.Name));
    }

    // A counter does not go back: the alert ends when the failures are long enough ago.
    private static Trouble Fail(Func<string, int, string, SimulatedInstance> make)
    {
        SimulatedInstance[] all = [make("failing", 1, Old), make("failing", 2, Old)];
        return new(all, () => all[0].Set(OwnErrors, 3), static () => { }, ("MemGuardOwnErrors", all[0].Name));
    }

    private static void SetAll(IEnumerable<SimulatedInstance> instances, params (Series Series, double Value)[] values)
    {
        foreach (SimulatedInstance instance in instances)
        {
            foreach ((Series series, double value) in values)
            {
                instance.Set(series, value);
            }
        }
    }

    private static void ResetAll(IEnumerable<SimulatedInstance> instances, params Series[] series)
    {
        foreach (SimulatedInstance instance in instances)
        {
            foreach (Series one in series)
            {
                instance.Reset(one);
            }
        }
    }
}
