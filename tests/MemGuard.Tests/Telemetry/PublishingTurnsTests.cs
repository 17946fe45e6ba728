using System.Diagnostics.Metrics;
using MemGuard.Bounded;
using MemGuard.Telemetry;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;

namespace MemGuard.Tests.Telemetry;

public sealed class PublishingTurnsTests
{
    [Fact]
    public void IsTurnOf_TheOldestEnds_TheNextTakesOver()
    {
        PublishingTurns turns = new();
        object first = new();
        object second = new();
        turns.Add(first);
        turns.Add(second);
        Assert.True(turns.IsTurnOf(first) && !turns.IsTurnOf(second));

        turns.Remove(first);

        Assert.True(turns.IsTurnOf(second) && !turns.IsTurnOf(first));
    }

    [Fact]
    public async Task Read_TwoHostsInOneProcess_DoNotDouble()
    {
        string name = $"hosts-{Guid.NewGuid()}";
        using BoundedQueue<int> queue = new(new BoundedQueueOptions<int> { Name = name, Capacity = 10 });
        queue.TryEnqueue(1);
        using IHost first = Build();
        using IHost second = Build();
        await first.StartAsync();
        await second.StartAsync();

        long[] whileBothRun = ReadSomeTimes(name);
        await first.StopAsync();
        long[] afterTheFirst = ReadSomeTimes(name);
        await second.StopAsync();

        Assert.Contains(1, whileBothRun);
        Assert.Contains(1, afterTheFirst);
    }

    private static IHost Build()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddMetrics();
        builder.Services.AddMemGuard(static options => options.BlackBox = false);
        return builder.Build();
    }

    /// <summary>A host of another test that had the turn may end in the middle of one reading, which then has two or none; of all of them it cannot.</summary>
    private static long[] ReadSomeTimes(string structure) => [.. Enumerable.Range(0, 5).Select(_ => ReadItems(structure))];

    /// <summary>Adds up what every meter of the name publishes, as a listener by name does.</summary>
    private static long ReadItems(string structure)
    {
        long sum = 0;
        using MeterListener listener = new();
        listener.InstrumentPublished = static (instrument, own) =>
        {
            if (instrument.Meter.Name == InstrumentNames.Meter && instrument.Name == InstrumentNames.BoundedItems)
            {
                own.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            if (tags.ToArray().Any(tag => tag.Value as string == structure))
            {
                sum += value;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return sum;
    }
}
