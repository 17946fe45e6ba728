using System.Diagnostics.Metrics;
using MemGuard.HeapSnapshots.Service;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Service;

/// <summary>What a snapshot costs shows in the metrics of the session that runs. They are the process's: other tests may add to them.</summary>
public sealed class SnapshotCostTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task CaptureAsync_Taken_IsCountedWithItsThreadAndItsFiles()
    {
        using RunningMonitor monitor = MemGuardMonitor.Start(static options => (options.BlackBox, options.DiagnosticReports) = (false, false));
        HeapSnapshotService service = new(new FakeCapture(), new HeapSnapshotOptions { Directory = _directory.Path }, new SingletonNames(static () => []), static () => null, new FakeTimeProvider(), NullLogger.Instance);
        double operations = Read("memguard.cost.operations", "heap_snapshot");
        double allocated = Read("memguard.cost.allocated", "snapshots");

        Assert.NotNull((await service.CaptureAsync("a test")).Snapshot);

        Assert.True(Read("memguard.cost.operations", "heap_snapshot") > operations);
        Assert.True(Read("memguard.cost.disk.files", "snapshots") >= 0);

        // The thread's work is added when it ends, which is after its result.
        Assert.True(SpinWait.SpinUntil(() => Read("memguard.cost.allocated", "snapshots") > allocated, TimeSpan.FromSeconds(30)));
    }

    /// <returns>The value with that word as a tag; -1 where there is none.</returns>
    private static double Read(string name, string word)
    {
        double found = -1;
        using MeterListener listener = new();
        listener.InstrumentPublished = (instrument, self) =>
        {
            if (instrument.Meter.Name == "MemGuard" && instrument.Name == name)
            {
                self.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, value, tags, _) =>
        {
            foreach (KeyValuePair<string, object?> tag in tags)
            {
                found = Equals(tag.Value, word) ? value : found;
            }
        });
        listener.Start();
        listener.RecordObservableInstruments();
        return found;
    }
}
