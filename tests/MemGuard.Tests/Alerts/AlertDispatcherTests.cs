using System.Collections.Concurrent;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Tests.Support;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;

namespace MemGuard.Tests.Alerts;

public sealed class AlertDispatcherTests : IDisposable
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly RecordingLogger _logger = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly ManualResetEventSlim _release = new();

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
        _logger.Dispose();
    }

    [Fact]
    public void Post_Confirmed_WritesOneWarningWithTheSuspect()
    {
        using AlertDispatcher dispatcher = Create(Patience, [new Collector((_, _) => ValueTask.FromResult<IReadOnlyList<LeakSuspect>>([new LeakSuspect("static A.B")]))], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        (LogLevel level, EventId id, string message) = Assert.Single(_logger.Entries);
        Assert.Equal((LogLevel.Warning, 3001), (level, id.Id));
        Assert.Contains("Suspect: static A.B", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_SuspectedThenConfirmed_AsksForBaselineThenCulprit()
    {
        ConcurrentQueue<EvidencePurpose> asked = new();
        Collector collector = new((request, _) =>
        {
            asked.Enqueue(request.Purpose);
            return ValueTask.FromResult<IReadOnlyList<LeakSuspect>>([]);
        });
        using AlertDispatcher dispatcher = Create(Patience, [collector], []);

        PostAndWait(dispatcher, AlertStage.Suspected);
        PostAndWait(dispatcher, AlertStage.Confirmed);
        PostAndWait(dispatcher, AlertStage.Resolved);

        Assert.Equal([EvidencePurpose.Baseline, EvidencePurpose.Culprit], asked);
    }

    [Fact]
    public void Post_CollectorNeverEnds_WritesTheAlertWithoutIt()
    {
        using AlertDispatcher dispatcher = Create(Soon, [new Collector(async (_, _) => await new TaskCompletionSource<IReadOnlyList<LeakSuspect>>().Task)], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal([3004, 3001], _logger.Entries.Select(static entry => entry.Id.Id));
    }

    [Fact]
    public void Post_CollectorStillBusy_IsNotAskedAgain()
    {
        int asked = 0;
        using ManualResetEventSlim entered = new();
        Collector collector = new(async (_, _) =>
        {
            Interlocked.Increment(ref asked);
            entered.Set();
            return await new TaskCompletionSource<IReadOnlyList<LeakSuspect>>().Task;
        });
        using AlertDispatcher dispatcher = Create(Soon, [collector], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);
        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.True(entered.Wait(Patience));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Post_CollectorThrows_WritesTheAlertAndReports()
    {
        using AlertDispatcher dispatcher = Create(Patience, [new Collector(static (_, _) => throw new InvalidOperationException("broken"))], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(3001, Assert.Single(_logger.Entries).Id.Id);
        Assert.Equal(["Collector"], _errors);
    }

    [Fact]
    public void Post_FirstHandlerThrows_SecondIsStillTold()
    {
        Handler second = new(static (_, _) => ValueTask.CompletedTask);
        using AlertDispatcher dispatcher = Create(Patience, [], [new Handler(static (_, _) => throw new InvalidOperationException("broken")), second]);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(1, second.Calls);
        Assert.Equal(["Handler"], _errors);
    }

    [Fact]
    public void Post_FirstHandlerBlocksItsThread_SecondIsStillToldAndTheTimeoutLogged()
    {
        Handler second = new(static (_, _) => ValueTask.CompletedTask);
        Handler blocking = new((_, _) =>
        {
            _release.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        });
        using AlertDispatcher dispatcher = Create(Patience, [], [blocking, second], handlerTimeout: Soon);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        // On a busy machine the second one may itself be late: what counts is that it was called while the first still blocks.
        Assert.True(second.Called.Wait(Patience));
        _release.Set();
        Assert.Contains(_logger.Entries, static entry => entry.Id.Id == 3003);
    }

    [Fact]
    public void Post_LoggerThrows_HandlersAreStillTold()
    {
        _logger.Throws = true;
        Handler handler = new(static (_, _) => ValueTask.CompletedTask);
        using AlertDispatcher dispatcher = Create(Patience, [], [handler]);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(1, handler.Calls);
    }

    [Fact]
    public void Post_MoreThanTheQueueHolds_DropsTheOldestAndSaysSo()
    {
        using ManualResetEventSlim entered = new();
        Handler blocking = new((_, _) =>
        {
            entered.Set();
            _release.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        });
        using AlertDispatcher dispatcher = Create(Patience, [], [blocking], handlerTimeout: Patience);
        dispatcher.Post(Request(AlertStage.Confirmed));
        Assert.True(entered.Wait(Patience));

        for (int i = 0; i < 40; i++)
        {
            dispatcher.Post(Request(AlertStage.Confirmed));
        }

        _release.Set();
        Assert.True(dispatcher.WaitUntilIdle(Patience));
        Assert.Contains(_logger.Entries, static entry => entry.Id.Id == 3005 && entry.Message.StartsWith("8 alert", StringComparison.Ordinal));
        Assert.Equal(33, blocking.Calls);
    }

    [Fact]
    public void Post_AfterDispose_IsIgnored()
    {
        AlertDispatcher dispatcher = Create(Patience, [], []);
        dispatcher.Dispose();

        dispatcher.Post(Request(AlertStage.Confirmed));

        Assert.Empty(_logger.Entries);
    }

    private AlertDispatcher Create(TimeSpan evidenceTimeout, IEvidenceCollector[] collectors, IMemoryAlertHandler[] handlers, TimeSpan? handlerTimeout = null) =>
        new(new AlertSettings(evidenceTimeout, handlerTimeout ?? Patience), collectors, handlers, _logger, (component, _) => _errors.Enqueue(component));

    private static void PostAndWait(AlertDispatcher dispatcher, AlertStage stage)
    {
        dispatcher.Post(Request(stage));
        Assert.True(dispatcher.WaitUntilIdle(Patience));
    }

    private static AlertRequest Request(AlertStage stage) => new(stage, MemoryProblem.ManagedLeak, Diagnoses.Confirmed, TimeSpan.Zero);

    private sealed class Collector(Func<EvidenceRequest, CancellationToken, ValueTask<IReadOnlyList<LeakSuspect>>> collect) : IEvidenceCollector
    {
        public ValueTask<IReadOnlyList<LeakSuspect>> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => collect(request, cancellationToken);
    }

    private sealed class Handler(Func<MemoryAlert, CancellationToken, ValueTask> handle) : IMemoryAlertHandler
    {
        private int _calls;

        public int Calls => _calls;

        public ManualResetEventSlim Called { get; } = new();

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            Called.Set();
            return handle(alert, cancellationToken);
        }
    }
}
