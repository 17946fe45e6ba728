using System.Diagnostics.Metrics;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

/// <remarks>No other test of this assembly serves requests.</remarks>
public sealed class RequestCountTests : IDisposable
{
    private readonly FakeHost _host = new();

    public void Dispose() => _host.Dispose();

    [Fact]
    public void Read_EveryRequestIsRouted_EachCountsOnceAndHostingIsLeftAlone()
    {
        using RequestCount count = new();
        Assert.Null(count.Read());
        _host.Serve(100, isRouted: true);
        Assert.Equal(100, count.Read());

        _host.Serve(10, isRouted: true);
        _host.Duration.Record(0.1);

        Assert.Equal(110, count.Read());
    }

    // Middleware that answers before routing: a proxy, static files.
    [Fact]
    public void Read_OnlyProbesAreRouted_CountsByHosting()
    {
        using RequestCount count = new();
        _host.Serve(100, isRouted: false);
        _host.Serve(10, isRouted: true);
        Assert.Equal(110, count.Read());

        _host.Serve(50, isRouted: false);

        Assert.Equal(160, count.Read());
    }

    [Fact]
    public void Read_RequestsAreExecutedAgain_EachCountsOnceWhileBothAreCounted()
    {
        using RequestCount count = new();
        for (int request = 0; request < 60; request++)
        {
            _host.Serve(1, isRouted: true);
            _host.Attempts.Add(1);
        }

        Assert.Equal(60, count.Read());
    }

    // What is asked of a service changes: both are looked at again.
    [Fact]
    public void Read_RequestsStopBeingRouted_AreCountedAgainAfterAWhile()
    {
        using RequestCount count = new();
        _host.Serve(100, isRouted: true);
        for (int reading = 0; reading < 700; reading++)
        {
            count.Read();
        }

        _host.Serve(30, isRouted: false);

        Assert.Equal(130, count.Read());
    }

    [Fact]
    public void Read_AHostHasEnded_OthersAreStillCounted()
    {
        using RequestCount count = new();
        FakeHost other = new();
        other.Serve(100, isRouted: true);
        count.Read();
        other.Dispose();
        for (int reading = 0; reading < 700; reading++)
        {
            count.Read();
        }

        _host.Serve(20, isRouted: false);
        using FakeHost late = new();
        late.Serve(3, isRouted: false);

        Assert.Equal(123, count.Read());
    }

    [Fact]
    public void Read_AfterItsEnd_CountsNoMoreAndDoesNotThrow()
    {
        RequestCount count = new();
        _host.Serve(1, isRouted: true);
        count.Dispose();

        _host.Serve(1, isRouted: true);
        using FakeHost late = new();

        Assert.Equal(1, count.Read());
    }

    /// <summary>The meters of one web application.</summary>
    private sealed class FakeHost : IDisposable
    {
        private readonly Meter _hosting = new("Microsoft.AspNetCore.Hosting");
        private readonly Meter _routing = new("Microsoft.AspNetCore.Routing");

        public FakeHost()
        {
            Duration = _hosting.CreateHistogram<double>("http.server.request.duration");
            Attempts = _routing.CreateCounter<long>("aspnetcore.routing.match_attempts");
        }

        public Histogram<double> Duration { get; }

        public Counter<long> Attempts { get; }

        public void Serve(int requests, bool isRouted)
        {
            for (int request = 0; request < requests; request++)
            {
                if (isRouted)
                {
                    Attempts.Add(1);
                }

                Duration.Record(0.1);
            }
        }

        public void Dispose()
        {
            _hosting.Dispose();
            _routing.Dispose();
        }
    }
}
