using System.Diagnostics;
using System.Globalization;
using MemGuard.Testing;

namespace MemGuard.Benchmarks.Soaks;

/// <summary>
/// How often a soak test errs: each soak in a process of its own, with the default options. Healthy code, again with a busy thread for each processor but
/// one; one object kept a call, beside each healthy scenario; 0.5 % a minute on a heap of 20 MB, in real time and so several at once.
/// </summary>
internal static class SoaksProgram
{
    private const string Alone = "alone";
    private const int PacedAtOnce = 12;
    private static readonly string[] Names = [.. SoakScenario.Healthy.Keys];
    private static readonly string[] Leaks = [.. SoakScenario.Leaks.Keys];

    private static readonly Dictionary<string, Series> All = new(StringComparer.Ordinal)
    {
        ["healthy"] = new Series("healthy code", Leaks: false, AtOnce: 1, IsBusy: false, Arguments: static i => [Names[i % Names.Length], "", $"{i}"]),
        ["busy"] = new Series("healthy code, other processors busy", Leaks: false, AtOnce: 1, IsBusy: true, Arguments: static i => [Names[i % Names.Length], "", $"{i}"]),
        ["object"] = new Series("one object a call", Leaks: true, AtOnce: 1, IsBusy: false, Arguments: static i => [Names[i % Names.Length], Leaks[i % Leaks.Length], $"{i}"]),
        ["percent"] = new Series("0.5 % a minute of 20 MB", Leaks: true, AtOnce: PacedAtOnce, IsBusy: false, Arguments: static i => ["paced", "Slots", $"{i}"]),
    };

    /// <summary>Arguments: [soaks of a series, 150 by default] [series, all by default].</summary>
    public static int Run(string[] args)
    {
        if (args is [Alone, string scenario, string leak, string seed])
        {
            return RunAloneAsync(scenario, leak, int.Parse(seed, CultureInfo.InvariantCulture)).GetAwaiter().GetResult();
        }

        int count = args.Length > 0 ? int.Parse(args[0], CultureInfo.InvariantCulture) : 150;
        Series[] wanted = args.Length > 1 ? [.. args[1..].Select(static name => All[name])] : [.. All.Values];
        Console.WriteLine("| series | soaks | Stable | Growing | Undecided | holder named | smallest growth seen, B a call: median, largest | seconds: median, longest |");
        Console.WriteLine("|---|---:|---:|---:|---:|---:|---:|---:|");
        bool isWithin = true;
        foreach (Series series in wanted)
        {
            isWithin &= RunSeriesAsync(series, count).GetAwaiter().GetResult();
        }

        return isWithin ? 0 : 1;
    }

    private static async Task<bool> RunSeriesAsync(Series series, int count)
    {
        using CancellationTokenSource end = new();
        Thread[] busy = series.IsBusy ? [.. Enumerable.Range(0, Math.Max(1, Environment.ProcessorCount - 1)).Select(_ => Spin(end.Token))] : [];
        List<Outcome> outcomes = [];
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = series.AtOnce }, async (i, _) =>
        {
            Outcome outcome = await StartAsync(series.Arguments(i));
            lock (outcomes)
            {
                outcomes.Add(outcome);
            }
        });
        await end.CancelAsync();
        Array.ForEach(busy, static thread => thread.Join());
        return Tell(series, outcomes);
    }

    private static bool Tell(Series series, List<Outcome> outcomes)
    {
        int stable = outcomes.Count(static outcome => outcome.Verdict == SoakVerdict.Stable);
        int growing = outcomes.Count(static outcome => outcome.Verdict == SoakVerdict.Growing);
        int named = outcomes.Count(static outcome => outcome.IsNamed);
        int settled = outcomes.Count(static outcome => outcome.Verdict == SoakVerdict.Undecided && outcome.IsNamed);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"| {series.Title} | {outcomes.Count} | {stable} | {growing} | {outcomes.Count - stable - growing} | {named} | {Median.Of(outcomes.Select(static outcome => outcome.Smallest)):0.0}, {outcomes.Max(static outcome => outcome.Smallest):0.0} | {Median.Of(outcomes.Select(static outcome => outcome.Seconds)):0.0}, {outcomes.Max(static outcome => outcome.Seconds):0.0} |"));
        foreach (Outcome outcome in outcomes.Where(outcome => series.Leaks ? outcome.Verdict != SoakVerdict.Growing || !outcome.IsNamed : outcome.Verdict != SoakVerdict.Stable))
        {
            Console.WriteLine($"  {outcome.Text}");
        }

        // A leak that is not called growing must be settled by the holder; what fails a healthy test is either.
        return series.Leaks ? stable == 0 && growing + settled == outcomes.Count && growing >= 0.92 * outcomes.Count : growing + settled < 0.01 * outcomes.Count;
    }

    private static async Task<Outcome> StartAsync(string[] arguments)
    {
        ProcessStartInfo start = new("dotnet", ["exec", typeof(SoaksProgram).Assembly.Location, "program", "soaks", Alone, .. arguments]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start)!;
        string[] parts = (await process.StandardOutput.ReadToEndAsync()).Trim().Split('\t');
        await process.WaitForExitAsync();
        return parts.Length == 5
            ? new Outcome(Enum.Parse<SoakVerdict>(parts[0]), parts[1] == "named", double.Parse(parts[2], CultureInfo.InvariantCulture), double.Parse(parts[3], CultureInfo.InvariantCulture), $"{string.Join(' ', arguments)}: {parts[4]}")
            : throw new InvalidOperationException($"The soak {string.Join(' ', arguments)} ended with exit code {process.ExitCode} and said: {string.Join(' ', parts)}");
    }

    private static async Task<int> RunAloneAsync(string scenario, string leak, int seed)
    {
        Func<Task> call = scenario == "paced" ? SoakScenario.HalfAPercentAMinute() : SoakScenario.Healthy[scenario](new Random(seed));
        Func<CancellationToken, Task> whole = SoakScenario.Leaks.TryGetValue(leak, out Action? keep)
            ? async _ =>
            {
                await call();
                keep();
            }
        : _ => call();
        SoakResult result = await SoakTest.RunAsync(whole, Effort.IsLeast ? new SoakOptions { MaxIterations = 100, NameHolders = false } : null);
        bool isNamed = leak.Length == 0 ? result.Holders.Count > 0 : result.Holders.Any(holder => holder.Holder.Contains(leak, StringComparison.Ordinal));
        Console.WriteLine(string.Join('\t', result.Verdict, isNamed ? "named" : "", Figure(result.SmallestDetectableGrowth), Figure(result.Duration.TotalSeconds), result.ToString().ReplaceLineEndings(" ")));
        return 0;

        static string Figure(double value) => value.ToString("R", CultureInfo.InvariantCulture);
    }

    private static Thread Spin(CancellationToken end)
    {
        Thread thread = new(() =>
        {
            while (!end.IsCancellationRequested)
            {
                Thread.SpinWait(1_000);
            }
        })
        { IsBackground = true };
        thread.Start();
        return thread;
    }

    private sealed record Series(string Title, bool Leaks, int AtOnce, bool IsBusy, Func<int, string[]> Arguments);

    private sealed record Outcome(SoakVerdict Verdict, bool IsNamed, double Smallest, double Seconds, string Text);
}
