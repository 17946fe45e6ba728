using MemGuard.HeapSnapshots.Service;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Testing;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.HeapSnapshots.Tests.Service;

public sealed class SnapshotSignalTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _time = new();
    private readonly FakeCapture _capture = new();
    private readonly FakeLogger _logger = new();

    private int[] LoggedIds => [.. _logger.Collector.GetSnapshot().Select(static line => line.Id.Id)];

    // The first is being handled while the others come: they are answered together, by one refusal.
    [Fact]
    public void Receive_AThousandWhileOneIsHandled_AreAnsweredTogetherOnOneThread()
    {
        using ManualResetEventSlim begun = new();
        using ManualResetEventSlim go = new();
        HashSet<int> threads = [];
        _capture.During = () =>
        {
            threads.Add(Environment.CurrentManagedThreadId);
            begun.Set();
            go.Wait(Patience);
        };
        using SnapshotSignal signal = Create();

        signal.Receive();
        Assert.True(begun.Wait(Patience));
        for (int i = 0; i < 999; i++)
        {
            signal.Receive();
        }

        go.Set();

        Assert.True(SpinWait.SpinUntil(() => LoggedIds.Contains(5003), Patience));
        Assert.Equal([5001, 5003], LoggedIds);
        Assert.Single(threads);
        Assert.Single(_capture.Buffers);
    }

    [Fact]
    public void Receive_OneAfterTheOther_IsHeldBackAndCounted()
    {
        _capture.Cost = _capture.Cost with { Pause = TimeSpan.FromHours(1) };
        HeapSnapshotService service = CreateService();
        for (int i = 0; i < 1000; i++)
        {
            Assert.NotNull(service.Run(MemGuard.HeapSnapshots.Governor.SnapshotCause.Signal, "SIGUSR2", null, CancellationToken.None).RefusedBecause);
        }

        int[] flood = LoggedIds;
        _time.Advance(TimeSpan.FromMinutes(10));
        service.Run(MemGuard.HeapSnapshots.Governor.SnapshotCause.Signal, "SIGUSR2", null, CancellationToken.None);

        Assert.Equal([5003, 5003, 5003], flood);
        Assert.Contains("997 line(s) like it were held back", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Receive_AfterTheThreadHasEnded_StartsAnother()
    {
        using SnapshotSignal signal = Create();
        for (int i = 1; i <= 3; i++)
        {
            int wanted = i;
            signal.Receive();
            Assert.True(SpinWait.SpinUntil(() => _capture.Buffers.Count == wanted && LoggedIds.Length == wanted, Patience));
            _time.Advance(TimeSpan.FromMinutes(1));
        }
    }

    [Fact]
    public void Receive_Twice_ComparesTheSecondWithTheFirst()
    {
        using SnapshotSignal signal = Create();
        for (int i = 1; i <= 2; i++)
        {
            int wanted = i;
            signal.Receive();
            Assert.True(SpinWait.SpinUntil(() => LoggedIds.Length == wanted, Patience));
            _time.Advance(TimeSpan.FromMinutes(1));
        }

        string[] reports = [.. Directory.GetFiles(_directory.Path, "report.txt", SearchOption.AllDirectories).Select(File.ReadAllText)];

        Assert.Equal(1, reports.Count(static report => report.Contains("What has grown", StringComparison.Ordinal)));
        Assert.Equal(2, reports.Length);
    }

    [Fact]
    public async Task StartAsync_AfterAKilledCapture_RemovesWhatItLeft()
    {
        HeapSnapshotService killed = CreateService();
        using HeapSnapshot? first = (await killed.CaptureAsync("a test")).Snapshot;
        string half = _directory.Combine("memguard-snapshots", ".snapshot-20260101-000000-0badcafe");
        Directory.CreateDirectory(half);
        using SnapshotSignal signal = Create();

        await signal.StartAsync(CancellationToken.None);

        Assert.True(SpinWait.SpinUntil(() => !Directory.Exists(half), Patience));
        await signal.StopAsync(CancellationToken.None);
    }

    public void Dispose() => _directory.Dispose();

    private SnapshotSignal Create() => new(CreateService(), Options(), _logger, _time);

    private HeapSnapshotService CreateService() => new(_capture, Options(), new SingletonNames(new ServiceCollection()), static () => null, _time, _logger);

    private HeapSnapshotOptions Options() => new() { Directory = _directory.Path };
}
