using System.Diagnostics.Metrics;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

/// <remarks>No other test of this assembly serves requests.</remarks>
public sealed class RequestCountTests
{
    [Fact]
    public void Read_RequestsThatWereRouted_AreCounted()
    {
        using RequestCount count = new();
        using Meter meter = new("Microsoft.AspNetCore.Routing");
        Counter<long> attempts = meter.CreateCounter<long>("aspnetcore.routing.match_attempts");

        Assert.Null(count.Read());
        attempts.Add(1);
        attempts.Add(1);

        Assert.Equal(2, count.Read());
    }

    [Fact]
    public void Read_WithRouting_LeavesHostingAlone()
    {
        using RequestCount count = new();
        using Meter hosting = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> duration = hosting.CreateHistogram<double>("http.server.request.duration");
        using Meter routing = new("Microsoft.AspNetCore.Routing");
        routing.CreateCounter<long>("aspnetcore.routing.match_attempts");
        ReadManyTimes(count);

        duration.Record(0.1);

        Assert.Null(count.Read());
    }

    [Fact]
    public void Read_WithoutRoutingForLong_CountsByHosting()
    {
        using Meter early = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> duration = early.CreateHistogram<double>("http.server.request.duration");
        using RequestCount count = new();
        duration.Record(0.1);
        Assert.Null(count.Read());
        ReadManyTimes(count);
        using Meter late = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> lateDuration = late.CreateHistogram<double>("http.server.request.duration");

        duration.Record(0.1);
        lateDuration.Record(0.1);

        Assert.Equal(2, count.Read());
    }

    [Fact]
    public void Read_RoutingAfterHostingWasTaken_CountsNoRequestTwice()
    {
        using Meter hosting = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> duration = hosting.CreateHistogram<double>("http.server.request.duration");
        using RequestCount count = new();
        ReadManyTimes(count);
        using Meter routing = new("Microsoft.AspNetCore.Routing");
        Counter<long> attempts = routing.CreateCounter<long>("aspnetcore.routing.match_attempts");

        attempts.Add(1);
        duration.Record(0.1);

        Assert.Equal(1, count.Read());
    }

    [Fact]
    public void Read_AfterItsEnd_CountsNoMore()
    {
        RequestCount count = new();
        using Meter meter = new("Microsoft.AspNetCore.Routing");
        Counter<long> attempts = meter.CreateCounter<long>("aspnetcore.routing.match_attempts");
        attempts.Add(1);
        count.Dispose();
        double? before = count.Read();

        attempts.Add(1);

        Assert.Equal(before, count.Read());
    }

    private static void ReadManyTimes(RequestCount count)
    {
        for (int reading = 0; reading < 40; reading++)
        {
            count.Read();
        }
    }
}
