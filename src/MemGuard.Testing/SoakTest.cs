using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace MemGuard.Testing;

/// <summary>Runs a scenario again and again and says whether memory stays bounded.</summary>
/// <remarks>
/// Soak tests and round trips queue for one another: their figures are the process's. Other tests must not run beside them; where one does, the run is
/// refused with what to write. A point costs two full collections, 6–40 ms on small heaps.
/// </remarks>
public static class SoakTest
{
    private const double TolerancePerMinute = 0.002;
    private static readonly TimeSpan ProgressPeriod = TimeSpan.FromSeconds(10);

    /// <summary>One at a time in the process; the wait does not count as part of a run.</summary>
    internal static SemaphoreSlim Alone { get; } = new(1, 1);

    /// <summary>Runs the scenario under steady load, measures live memory between calls, and judges it.</summary>
    /// <param name="scenario">One call, a request for example. What it throws ends the run.</param>
    /// <param name="options">Budget, tolerance, load; null for the defaults.</param>
    /// <param name="cancellationToken">Ends the run.</param>
    /// <exception cref="MemoryAssertionException">Other code allocates beside it.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range.</exception>
    public static async Task<SoakResult> RunAsync(Func<CancellationToken, Task> scenario, SoakOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scenario);
        options ??= new SoakOptions();
        options.Validate();
        await Alone.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await RunAloneAsync(scenario, options, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            Alone.Release();
        }
    }

    private static async Task<SoakResult> RunAloneAsync(Func<CancellationToken, Task> scenario, SoakOptions options, CancellationToken cancellationToken)
    {
        // Off the caller's thread, whose stack may keep things alive.
        await Task.Yield();
        if (await Neighbours.FindAsync(cancellationToken).ConfigureAwait(false) is { } neighbours)
        {
            throw new MemoryAssertionException("The soak test was not run: " + neighbours + ".");
        }

        long start = Stopwatch.GetTimestamp();
        List<SoakPoint> points = [];
        long iterations = 0;
        SoakBatch batch = new(options.MaxIterations, options.MaxDuration);
        await WarmUpAsync(scenario, batch, options.Concurrency, cancellationToken).ConfigureAwait(false);
        int nextLook = SoakJudge.LeastPoints;
        int stableLooks = 0;
        TimeSpan saidAt = TimeSpan.Zero;
        while (stableLooks < 2 && iterations < options.MaxIterations && Stopwatch.GetElapsedTime(start) < options.MaxDuration)
        {
            int calls = (int)Math.Min(batch.Calls, options.MaxIterations - iterations);
            await RunMeasuredAsync(scenario, batch, calls, options.Concurrency, cancellationToken).ConfigureAwait(false);
            iterations += calls;
            points.Add(new SoakPoint(iterations, Stopwatch.GetElapsedTime(start), await LiveHeap.MeasureAsync().ConfigureAwait(false)));
            if (points.Count >= nextLook)
            {
                nextLook += Math.Max(1, points.Count / 4);
                stableLooks = SoakJudge.LooksStable(points, ToleranceOf(points, options)) ? stableLooks + 1 : 0;
            }

            if (options.Progress is { } progress && points[^1].Elapsed - saidAt >= ProgressPeriod)
            {
                saidAt = points[^1].Elapsed;
                progress(string.Create(CultureInfo.InvariantCulture, $"{iterations:N0} of {options.MaxIterations:N0} iterations, {points.Count} points, live heap {points[^1].LiveBytes / 1024.0:N0} KB"));
            }
        }

        double tolerance = ToleranceOf(points, options);
        SoakVerdict verdict = stableLooks >= 2 ? SoakVerdict.Stable : SoakJudge.Conclude(points, tolerance);
        return await DescribeAsync(scenario, options, points, tolerance, verdict, Stopwatch.GetElapsedTime(start), cancellationToken).ConfigureAwait(false);
    }

    private static async Task<SoakResult> DescribeAsync(Func<CancellationToken, Task> scenario, SoakOptions options, List<SoakPoint> points, double tolerance, SoakVerdict verdict, TimeSpan duration, CancellationToken cancellationToken)
    {
        SoakJudge.Half half = SoakJudge.Half.Of(points);
        List<string> notes = [];
        IReadOnlyList<GrowingPath> holders = [];
        if (verdict == SoakVerdict.Undecided)
        {
            notes.Add(points.Count < SoakJudge.LeastPoints
                ? string.Create(CultureInfo.InvariantCulture, $"{points.Count} points are too few for a verdict, {SoakJudge.LeastPoints} are needed: give it more time (MaxDuration)")
                : points[^1].Iteration < SoakJudge.LeastIterationsToGrow
                    ? string.Create(CultureInfo.InvariantCulture, $"below {SoakJudge.LeastIterationsToGrow:N0} iterations a pool that fills cannot be told from a leak: give it more")
                    : "growth may be levelling off, or is not steady: give it more iterations, or look at what is named");
        }

        if (verdict != SoakVerdict.Stable && options.NameHolders)
        {
            (holders, string? none) = await RoundTripGrowth.FindAsync(scenario, RoundTripGrowth.DefaultIterations, options.Concurrency, cancellationToken).ConfigureAwait(false);
            if (holders.Count == 0)
            {
                notes.Add(none ?? "no path in the heap grows with the iterations: what grows may be a cache or pool that fills");
            }
        }

        if (Debugger.IsAttached)
        {
            notes.Add("a debugger was attached: it keeps objects alive");
        }

        return new SoakResult
        {
            Verdict = verdict,
            GrowthPerIteration = Finite(half.Line.Slope),
            GrowthPerIterationLow = Finite(half.Line.Low),
            GrowthPerIterationHigh = Finite(half.Line.High),
            Tolerance = tolerance,
            SmallestDetectableGrowth = SoakJudge.SmallestDetectable(half, tolerance),
            Points = points,
            Iterations = points.Count > 0 ? points[^1].Iteration : 0,
            Duration = duration,
            WarmUpEnd = half.Start,
            Holders = holders,
            Notes = notes,
            RequiresVerdict = options.RequireVerdict,
            Environment = string.Create(
                CultureInfo.InvariantCulture,
                $"{RuntimeInformation.FrameworkDescription}, {(GCSettings.IsServerGC ? "server" : "workstation")} GC, {System.Environment.ProcessorCount} processors"),
        };
    }

    // The first calls compile and connect; the next ones tell how long a call takes.
    private static async Task WarmUpAsync(Func<CancellationToken, Task> scenario, SoakBatch batch, int concurrency, CancellationToken cancellationToken)
    {
        int probes = Math.Min(batch.Calls, Math.Max(3, concurrency));
        await RunBatchAsync(scenario, probes, concurrency, cancellationToken).ConfigureAwait(false);
        await RunMeasuredAsync(scenario, batch, probes, concurrency, cancellationToken).ConfigureAwait(false);
    }

    private static async Task RunMeasuredAsync(Func<CancellationToken, Task> scenario, SoakBatch batch, int calls, int concurrency, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        await RunBatchAsync(scenario, calls, concurrency, cancellationToken).ConfigureAwait(false);
        batch.Adapt(calls, Stopwatch.GetElapsedTime(start));
    }

    internal static async Task RunBatchAsync(Func<CancellationToken, Task> scenario, int count, int concurrency, CancellationToken cancellationToken)
    {
        if (concurrency == 1)
        {
            for (int i = 0; i < count; i++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                await scenario(cancellationToken).ConfigureAwait(false);
            }

            return;
        }

        ParallelOptions parallel = new() { MaxDegreeOfParallelism = concurrency, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, count, parallel, async (_, token) => await scenario(token).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private static double ToleranceOf(List<SoakPoint> points, SoakOptions options)
    {
        SoakPoint last = points.Count > 0 ? points[^1] : default;
        double minutesAnIteration = last.Iteration > 0 ? last.Elapsed.TotalMinutes / last.Iteration : 0;
        return Math.Max(options.TolerancePerIteration, TolerancePerMinute * last.LiveBytes * minutesAnIteration);
    }

    private static double Finite(double value) => double.IsFinite(value) ? value : 0;
}
