using System.Globalization;
using MemGuard.Evidence;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Evidence;

/// <summary>The runtime's own collections: what the lines say adds up to what it counts.</summary>
[Collection(AloneCollection.Name)]
public sealed class RealCollectionsTests
{
    private const int Collections = 10_000;

    private readonly RuntimeCollections _runtime = new();
    private readonly FakeLogger _logger = new();

    [Fact]
    public void Lines_TenThousandCollections_CountsAndPausesAreTheRuntimes()
    {
        CollectionLines lines = new(_runtime, _logger);
        Reading start = Settle(() =>
        {
            // Off and on again: it begins anew.
            lines.Mode = GarbageCollectionLogging.Off;
            lines.Update(TimeSpan.Zero);
            lines.Mode = GarbageCollectionLogging.All;
            lines.Update(TimeSpan.Zero);
        });

        Random random = new(5);
        int second = 0;
        for (int i = 0; i < Collections; i++)
        {
            int generation = random.Next(100) switch { < 80 => 0, < 98 => 1, _ => 2 };
            GC.Collect(generation, GCCollectionMode.Forced, blocking: generation < 2 || random.Next(2) == 0);
            if (random.Next(8) == 0)
            {
                lines.Update(TimeSpan.FromSeconds(++second));
            }
        }

        // A blocking one: a background collection has ended by then.
        GC.Collect();
        lines.Update(TimeSpan.FromSeconds(++second));
        Reading end = Settle(() => lines.Finish(TimeSpan.FromSeconds(second + 20)));

        IReadOnlyList<FakeLogRecord> told = _logger.Collector.GetSnapshot();
        for (int generation = 0; generation < 3; generation++)
        {
            long counted = end.Of(generation) - start.Of(generation);
            double inLines = told.Count(line => line.GetStructuredStateValue("Generation") == $"{generation}") + told.Sum(line => Number(line, $"SkippedGen{generation}"));
            Assert.Equal((generation, (double)counted), (generation, inLines));
        }

        double paused = told.Sum(static line => Number(line, "PauseMilliseconds") + Number(line, "SkippedPauseMilliseconds"));
        Assert.Equal((end.Pause - start.Pause).TotalMilliseconds, paused, 0.5);
        Assert.InRange(end.Count0 - start.Count0, Collections, int.MaxValue);
    }

    // Repeated where a collection of somebody else's came in between.
    private Reading Settle(Action step)
    {
        while (true)
        {
            Reading before = Read();
            step();
            if (Read() == before)
            {
                return before;
            }
        }
    }

    private Reading Read() => new(_runtime.Count(0), _runtime.Count(1), _runtime.Count(2), _runtime.TotalPause);

    private static double Number(FakeLogRecord line, string property) =>
        line.GetStructuredStateValue(property) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : 0;

    private readonly record struct Reading(int Count0, int Count1, int Count2, TimeSpan Pause)
    {
        public long Of(int generation) => generation switch { 0 => Count0 - Count1, 1 => Count1 - Count2, _ => Count2 };
    }
}
