using System.Diagnostics.Metrics;
using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class RequestCountTests
{
    [Fact]
    public void Read_RequestsOfHosting_AreCounted()
    {
        using RequestCount count = new();
        using Meter meter = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> duration = meter.CreateHistogram<double>("http.server.request.duration");

        duration.Record(0.1);
        double before = Assert.NotNull(count.Read());
        duration.Record(0.1);
        duration.Record(0.2);

        // Hosts of other tests may serve requests meanwhile.
        Assert.InRange(Assert.NotNull(count.Read()) - before, 2, double.MaxValue);
    }

    [Fact]
    public void Read_AfterItsEnd_CountsNoMore()
    {
        RequestCount count = new();
        using Meter meter = new("Microsoft.AspNetCore.Hosting");
        Histogram<double> duration = meter.CreateHistogram<double>("http.server.request.duration");
        duration.Record(0.1);
        count.Dispose();
        double? before = count.Read();

        duration.Record(0.1);

        Assert.Equal(before, count.Read());
    }
}
