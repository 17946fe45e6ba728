using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.Testing;

/// <summary>Assertions that memory stays bounded. They throw <see cref="MemoryAssertionException"/>, whose message every test framework shows.</summary>
[StackTraceHidden]
public static class MemoryAssert
{
    private const int WarmUpBatches = 3;
    private const int MeasuredBatches = 5;

    /// <summary>Fails where memory grows, or where nothing could be decided and a holder of growth was found.</summary>
    /// <param name="result">The outcome of <see cref="SoakTest.RunAsync"/>.</param>
    /// <exception cref="MemoryAssertionException">It grows; the message has the slope with its interval, a chart and the holder.</exception>
    public static void IsStable(SoakResult result)
    {
        ArgumentNullException.ThrowIfNull(result);
        if (result.Verdict == SoakVerdict.Growing || (result.Verdict == SoakVerdict.Undecided && (result.Holders.Count > 0 || result.RequiresVerdict)))
        {
            string next = result.Holders.Count > 0 ? "bound what is named, or remove from it what is done with" : "take a longer run, beyond the longest lifetime in the code; DoesNotGrowAsync names what stays behind with every call";
            throw new MemoryAssertionException($"{result}\nNext: {next}.");
        }
    }

    /// <summary>Fails where a round trip leaves objects behind each time it is made: one object a call is enough.</summary>
    /// <param name="roundTrip">Something that ends where it began: what it makes it disposes of.</param>
    /// <param name="iterations">Calls before the first of three heap snapshots; four times as many are made in all. Must be more than any ring or pool in it holds.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <exception cref="MemoryAssertionException">Objects stay behind; the message names them and their holder.</exception>
    public static Task DoesNotGrowAsync(Func<Task> roundTrip, int iterations = RoundTripGrowth.DefaultIterations, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(roundTrip);
        ArgumentOutOfRangeException.ThrowIfLessThan(iterations, 16);
        return TestFailure.ThrowAtCallerAsync(AloneAsync(() => FindGrowthAsync(roundTrip, iterations, cancellationToken), cancellationToken));
    }

    /// <summary>Fails where an object is still alive after nobody uses it any more.</summary>
    /// <param name="create">Makes the object, uses it, and returns it. It must not keep it elsewhere.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="MemoryAssertionException">It is alive after ten full collections.</exception>
    public static Task IsCollectedAsync(Func<object> create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        return IsCollectedAsync(() => Task.FromResult(create()), cancellationToken);
    }

    /// <inheritdoc cref="IsCollectedAsync(Func{object}, CancellationToken)"/>
    public static Task IsCollectedAsync(Func<Task<object>> create, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(create);
        return TestFailure.ThrowAtCallerAsync(FindAliveAsync(create, cancellationToken));
    }

    /// <summary>Fails where objects of a request's scope are alive after the requests have ended. All classes that are registered as scoped are looked for.</summary>
    /// <param name="services">The registrations of the host under test: <c>builder.Services</c>, or what <c>ConfigureTestServices</c> is given. Read only.</param>
    /// <param name="request">One request from beginning to end, by the client of a <c>TestServer</c> for example.</param>
    /// <param name="requests">How many are made, at least 16. Two objects of a class may be alive afterwards: those of a last request may still be on their way out.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <remarks>
    /// Costs one heap snapshot, less than a second for a small application. A service that a factory makes is found where it is registered by its class; one
    /// that a singleton keeps a single instance of is not growth, and is what <c>ValidateScopes</c> tells.
    /// </remarks>
    /// <exception cref="ArgumentException">Nothing is registered as scoped.</exception>
    /// <exception cref="MemoryAssertionException">They are alive; the message names the classes and what holds them.</exception>
    public static Task HasNoLeaksAsync(IServiceCollection services, Func<CancellationToken, Task> request, int requests = ScopedLeaks.DefaultRequests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(services);
        return HasNoLeaksAsync(ScopedLeaks.ScopedTypesOf(services), request, requests, cancellationToken);
    }

    /// <summary>Fails where objects of the given classes are alive after the requests that made them have ended.</summary>
    /// <param name="scoped">The classes themselves, not their interfaces.</param>
    /// <param name="request">One request from beginning to end.</param>
    /// <param name="requests">How many are made, at least 16. Two objects of a class may be alive afterwards.</param>
    /// <param name="cancellationToken">Ends the test.</param>
    /// <exception cref="ArgumentException">No class is given.</exception>
    public static Task HasNoLeaksAsync(IReadOnlyCollection<Type> scoped, Func<CancellationToken, Task> request, int requests = ScopedLeaks.DefaultRequests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(scoped);
        ArgumentNullException.ThrowIfNull(request);
        ArgumentOutOfRangeException.ThrowIfLessThan(requests, ScopedLeaks.LeastRequests);
        return scoped.Count == 0
            ? throw new ArgumentException("No class is registered as scoped, so none can stay behind: name those that a request makes.", nameof(scoped))
            : TestFailure.ThrowAtCallerAsync(AloneAsync(() => FindScopedAsync(scoped, request, requests, cancellationToken), cancellationToken));
    }

    /// <summary>Fails where a call allocates more than it may, on its own thread.</summary>
    /// <param name="bytes">What one call may allocate.</param>
    /// <param name="call">The call. It is made many times: three batches to warm up, then the lowest of five batches counts.</param>
    /// <param name="calls">Calls of a batch.</param>
    /// <exception cref="MemoryAssertionException">It allocates more.</exception>
    public static void StaysWithin(long bytes, Action call, int calls = 100)
    {
        ArgumentNullException.ThrowIfNull(call);
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(calls);
        double[] batches = [.. Enumerable.Range(0, WarmUpBatches + MeasuredBatches).Select(_ => Measure(call, calls)).Skip(WarmUpBatches)];
        double lowest = batches.Min();
        if (lowest > bytes)
        {
            throw new MemoryAssertionException(string.Create(
                CultureInfo.InvariantCulture,
                $"A call allocates {lowest:0.#} B, more than the {bytes} B that it may (lowest of {MeasuredBatches} batches of {calls} calls; median {RobustLine.Median(batches):0.#} B)."));
        }
    }

    private static async Task<string?> AloneAsync(Func<Task<string?>> check, CancellationToken cancellationToken)
    {
        await SoakTest.Alone.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            return await check().ConfigureAwait(false);
        }
        finally
        {
            SoakTest.Alone.Release();
        }
    }

    private static async Task<string?> FindGrowthAsync(Func<Task> roundTrip, int iterations, CancellationToken cancellationToken)
    {
        (IReadOnlyList<GrowingPath> paths, string? none) = await RoundTripGrowth.FindAsync(_ => roundTrip(), iterations, 1, cancellationToken).ConfigureAwait(false);
        if (none is not null)
        {
            return $"Whether the round trip leaves something behind could not be seen: {none}.";
        }

        return paths.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The round trip leaves objects behind (counted after {iterations:N0}, {2 * iterations:N0} and {4 * iterations:N0} calls, both intervals alike):\n  {string.Join("\n  ", paths)}\nA round trip must dispose of what it makes: unsubscribe, remove, or bound what keeps it.");
    }

    private static async Task<string?> FindAliveAsync(Func<Task<object>> create, CancellationToken cancellationToken)
    {
        if (await CollectedCheck.FindAliveAsync(create, cancellationToken).ConfigureAwait(false) is not { } alive)
        {
            return null;
        }

        string holder = "What holds it could not be named.";
        await AloneAsync(
            async () =>
            {
                // Several of them, so that what holds one grows in the heap and can be named.
                (IReadOnlyList<GrowingPath> paths, _) = await RoundTripGrowth.FindAsync(_ => create(), 32, 1, cancellationToken, alive.TypeName).ConfigureAwait(false);
                if (paths.Count > 0)
                {
                    holder = $"It is held by\n  {string.Join("\n  ", paths.Select(Describe).Distinct())}";
                }

                return null;
            },
            cancellationToken).ConfigureAwait(false);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{alive.TypeName} is still alive after {alive.Rounds} rounds of full collections ({alive.Elapsed.TotalSeconds:0.0} s). {holder}\nNot by your test: it was made on another frame. Next: let go of it in Dispose, or hold it weakly.");
    }

    private static async Task<string?> FindScopedAsync(IReadOnlyCollection<Type> scoped, Func<CancellationToken, Task> request, int requests, CancellationToken cancellationToken)
    {
        (IReadOnlyList<string> alive, string? none) = await ScopedLeaks.FindAsync(request, scoped, requests, cancellationToken).ConfigureAwait(false);
        if (none is not null)
        {
            return $"Whether anything of the requests is alive could not be seen: {none}.";
        }

        return alive.Count == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"After {requests:N0} requests objects of their scopes are alive:\n  {string.Join("\n  ", alive)}\nA scope ends with its request. Next: do not hand its services to a singleton, a static member, an event or a task that outlives it.");
    }

    private static double Measure(Action call, int calls)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < calls; i++)
        {
            call();
        }

        return (double)(GC.GetAllocatedBytesForCurrentThread() - before) / calls;
    }

    // The name of an event ends with whose handlers it has.
    private static string Describe(GrowingPath path) =>
        path.Holder.EndsWith(" → " + path.TypeName, StringComparison.Ordinal) ? path.Holder : $"{path.Holder} → {path.TypeName}";
}
