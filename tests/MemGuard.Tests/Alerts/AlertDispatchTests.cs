using System.Collections.Concurrent;
using MemGuard.Alerts;
using MemGuard.Evidence;
using MemGuard.Faults;
using MemGuard.Tests.Support;
using MemGuard.Triage;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Alerts;

public sealed class AlertDispatchTests : IDisposable
{
    // Generous: only a defect makes a test wait for it.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(50);

    private readonly FakeLogger _logger = new();
    private readonly InternalFaults _faults = new(NullLogger.Instance, TimeProvider.System);
    private readonly ManualResetEventSlim _release = new();

    public void Dispose()
    {
        _release.Set();
        _release.Dispose();
    }

    [Fact]
    public void Post_Confirmed_WritesOneWarningWithTheSuspect()
    {
        using AlertQueue dispatcher = Create(Patience, [new Collector((_, _) => ValueTask.FromResult(EvidenceResult.Of(new LeakSuspect("static A.B"))))], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        FakeLogRecord line = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Equal((LogLevel.Warning, 3001), (line.Level, line.Id.Id));
        Assert.Contains("Suspect: static A.B", line.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_SuspectedThenConfirmed_AsksForBaselineThenSuspect()
    {
        ConcurrentQueue<EvidencePurpose> asked = new();
        Collector collector = new((request, _) =>
        {
            asked.Enqueue(request.Purpose);
            return ValueTask.FromResult(EvidenceResult.Empty);
        });
        using AlertQueue dispatcher = Create(Patience, [collector], []);

        PostAndWait(dispatcher, AlertStage.Suspected);
        PostAndWait(dispatcher, AlertStage.Confirmed);
        PostAndWait(dispatcher, AlertStage.Resolved);

        Assert.Equal([EvidencePurpose.Baseline, EvidencePurpose.Suspect], asked);
    }

    [Fact]
    public void Post_CollectorNeverEnds_WritesTheAlertWithoutIt()
    {
        using AlertQueue dispatcher = Create(Soon, [new Collector(async (_, _) => await new TaskCompletionSource<EvidenceResult>().Task)], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal([3004, 3001], _logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id));
        Assert.Contains("No suspect: Collector did not finish in time.", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_EvidenceComesLate_FollowsTheAlertInALineOfItsOwn()
    {
        TaskCompletionSource<EvidenceResult> found = new();
        Handler handler = new(static (_, _) => ValueTask.CompletedTask);
        using AlertQueue dispatcher = Create(Soon, [new Collector(async (_, _) => await found.Task)], [handler]);
        PostAndWait(dispatcher, AlertStage.Confirmed);

        found.SetResult(EvidenceResult.Of(new LeakSuspect("static A.B") { NextStep = "bound it" }));

        Assert.True(handler.EvidenceCame.Wait(Patience));
        Assert.Equal([3004, 3001, 3006], _logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id));
        Assert.Equal("Managed leak, found after the alert: Suspect: static A.B. Next: bound it. https://example.com/triage.md#managed-leak", _logger.LatestRecord.Message);
        Assert.Equal(1, handler.Calls);
        Assert.Equal("static A.B", handler.Evidence!.Suspects[0].Name);
    }

    [Fact]
    public void Post_RefusalComesLate_FollowsToo()
    {
        TaskCompletionSource<EvidenceResult> found = new();
        Handler handler = new(static (_, _) => ValueTask.CompletedTask);
        using AlertQueue dispatcher = Create(Soon, [new Collector(async (_, _) => await found.Task)], [handler]);
        PostAndWait(dispatcher, AlertStage.Confirmed);

        found.SetResult(EvidenceResult.None("no heap snapshot: 12 MB are left"));

        Assert.True(handler.EvidenceCame.Wait(Patience));
        Assert.Contains("No suspect: no heap snapshot: 12 MB are left.", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_BaselineComesLate_IsKeptAndNothingIsSaid()
    {
        using ManualResetEventSlim isKept = new();
        CancellationToken given = default;
        TaskCompletionSource<EvidenceResult> found = new();
        Collector collector = new(async (_, token) =>
        {
            given = token;
            await found.Task;
            isKept.Set();
            return EvidenceResult.Empty;
        });
        using AlertQueue dispatcher = Create(Soon, [collector], []);
        PostAndWait(dispatcher, AlertStage.Suspected);

        found.SetResult(EvidenceResult.Empty);

        Assert.True(isKept.Wait(Patience));
        Assert.False(given.IsCancellationRequested);
        Assert.Equal([3000, 3004], _logger.Collector.GetSnapshot().Select(static entry => entry.Id.Id));
    }

    [Fact]
    public void Post_CollectorsFindNothing_TheLineSaysWhy()
    {
        Collector refused = new(static (_, _) => ValueTask.FromResult(EvidenceResult.None("no heap snapshot: 12 MB are left")));
        Collector silent = new(static (_, _) => ValueTask.FromResult<EvidenceResult>(null!));
        using AlertQueue dispatcher = Create(Patience, [silent, refused], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Contains("No suspect: no heap snapshot: 12 MB are left. Next:", _logger.LatestRecord.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Post_OneCollectorFindsAnotherDoesNot_TheReasonIsNotSaid()
    {
        Collector refused = new(static (_, _) => ValueTask.FromResult(EvidenceResult.None("no heap snapshot")));
        Collector other = new(static (_, _) => ValueTask.FromResult(EvidenceResult.Of(new LeakSuspect("cache \"users\""))));
        using AlertQueue dispatcher = Create(Patience, [refused, other], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.DoesNotContain("No suspect", _logger.LatestRecord.Message, StringComparison.Ordinal);
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
            return await new TaskCompletionSource<EvidenceResult>().Task;
        });
        using AlertQueue dispatcher = Create(Soon, [collector], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);
        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.True(entered.Wait(Patience));
        Assert.Equal(1, asked);
    }

    [Fact]
    public void Post_CollectorThrows_WritesTheAlertAndReports()
    {
        using AlertQueue dispatcher = Create(Patience, [new Collector(static (_, _) => throw new InvalidOperationException("broken"))], []);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(3001, Assert.Single(_logger.Collector.GetSnapshot()).Id.Id);
        Assert.Equal(["Collector"], _faults.Totals.Select(static total => total.Key));
    }

    [Fact]
    public void Post_FirstHandlerThrows_SecondIsStillTold()
    {
        Handler second = new(static (_, _) => ValueTask.CompletedTask);
        using AlertQueue dispatcher = Create(Patience, [], [new Handler(static (_, _) => throw new InvalidOperationException("broken")), second]);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(1, second.Calls);
        Assert.Equal(["Handler"], _faults.Totals.Select(static total => total.Key));
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
        using AlertQueue dispatcher = Create(Patience, [], [blocking, second], handlerTimeout: Soon);

        PostAndWait(dispatcher, AlertStage.Confirmed);

        // On a busy machine the second one may itself be late: what counts is that it was called while the first still blocks.
        Assert.True(second.Called.Wait(Patience));
        _release.Set();
        Assert.Contains(_logger.Collector.GetSnapshot(), static entry => entry.Id.Id == 3003);
    }

    [Fact]
    public void Post_LoggerThrows_HandlersAreStillTold()
    {
        Handler handler = new(static (_, _) => ValueTask.CompletedTask);
        using AlertQueue dispatcher = Create(Patience, [], [handler], logger: new ThrowingLogger());

        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(1, handler.Calls);
    }

    [Fact]
    public void Post_MoreThanTheQueueHolds_DropsTheOldestAndSaysSo()
    {
        using ManualResetEventSlim entered = new();
        List<double> handled = [];
        Handler blocking = new((alert, _) =>
        {
            handled.Add(alert.Elapsed.TotalSeconds);
            entered.Set();
            _release.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        });
        using AlertQueue dispatcher = Create(Patience, [], [blocking], handlerTimeout: Patience);
        dispatcher.Post(Request(AlertStage.Confirmed));
        Assert.True(entered.Wait(Patience));

        for (int i = 0; i < 72; i++)
        {
            dispatcher.Post(Request(AlertStage.Confirmed) with { Elapsed = TimeSpan.FromSeconds(i) });
        }

        _release.Set();
        Assert.True(dispatcher.WaitUntilIdle(Patience));
        Assert.Contains(_logger.Collector.GetSnapshot(), static entry => entry.Id.Id == 3005 && entry.Message.StartsWith("8 alert", StringComparison.Ordinal));
        Assert.Equal(Enumerable.Range(8, 64).Select(static i => (double)i), handled.Skip(1));
    }

    [Fact]
    public void Post_AfterDispose_IsIgnored()
    {
        AlertQueue dispatcher = Create(Patience, [], []);
        dispatcher.Dispose();

        dispatcher.Post(Request(AlertStage.Confirmed));

        Assert.True(dispatcher.WaitUntilIdle(Patience));
        Assert.Empty(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public void Post_EvidenceTimeoutIsZero_AsksNobodyAndSaysWhy()
    {
        int asked = 0;
        Collector collector = new((_, _) =>
        {
            asked++;
            return ValueTask.FromResult(EvidenceResult.Empty);
        });
        using AlertQueue dispatcher = Create(TimeSpan.Zero, [collector], []);

        PostAndWait(dispatcher, AlertStage.Suspected);
        PostAndWait(dispatcher, AlertStage.Confirmed);

        Assert.Equal(0, asked);
        Assert.Contains("EvidenceTimeout is 0", _logger.Collector.LatestRecord.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(_logger.Collector.GetSnapshot(), static entry => entry.Id.Id == 3004);
    }

    [Fact]
    public void Post_CollectorKeepsFailing_IsAskedNoMoreAndTheLineSaysWhy()
    {
        int asked = 0;
        Collector collector = new((_, _) =>
        {
            asked++;
            throw new InvalidOperationException("broken");
        });
        using AlertQueue dispatcher = Create(Patience, [collector], []);

        for (int i = 0; i < 8; i++)
        {
            PostAndWait(dispatcher, AlertStage.Confirmed);
        }

        Assert.Equal(5, asked);
        Assert.Contains("Collector is switched off because it keeps failing", _logger.Collector.LatestRecord.Message, StringComparison.Ordinal);
    }

    // An endless handler: the queue has no more time than it is given.
    [Fact]
    public void Stop_HandlerHangs_WaitsNoLongerThanItMay()
    {
        using ManualResetEventSlim entered = new();
        Handler blocking = new((_, _) =>
        {
            entered.Set();
            _release.Wait(CancellationToken.None);
            return ValueTask.CompletedTask;
        });
        AlertQueue dispatcher = Create(Patience, [], [blocking], handlerTimeout: Patience);
        dispatcher.Post(Request(AlertStage.Confirmed));
        Assert.True(entered.Wait(Patience));

        dispatcher.Stop(TimeSpan.Zero);

        Assert.False(_release.IsSet);
    }

    private AlertQueue Create(TimeSpan evidenceTimeout, IEvidenceCollector[] collectors, IMemoryAlertHandler[] handlers, TimeSpan? handlerTimeout = null, ILogger? logger = null)
    {
        AlertQueue? queue = null;
        AlertDispatch dispatch = new(new AlertSettings(evidenceTimeout, handlerTimeout ?? Patience, new HelpLinks("https://example.com")), collectors, handlers, logger ?? _logger, _faults)
        {
            PostLate = late => queue!.Post(late),
        };
        return queue = new AlertQueue(dispatch.Dispatch, dispatch.ReportDropped, _faults);
    }

    private static void PostAndWait(AlertQueue dispatcher, AlertStage stage)
    {
        dispatcher.Post(Request(stage));
        Assert.True(dispatcher.WaitUntilIdle(Patience));
    }

    private static AlertRequest Request(AlertStage stage) => new(stage, MemoryProblem.ManagedLeak, Diagnoses.Confirmed, TimeSpan.Zero);

    private sealed class Collector(Func<EvidenceRequest, CancellationToken, ValueTask<EvidenceResult>> collect) : IEvidenceCollector
    {
        public ValueTask<EvidenceResult> CollectAsync(EvidenceRequest request, CancellationToken cancellationToken) => collect(request, cancellationToken);
    }

    private sealed class Handler(Func<MemoryAlert, CancellationToken, ValueTask> handle) : IMemoryAlertHandler
    {
        private int _calls;

        public int Calls => _calls;

        public ManualResetEventSlim Called { get; } = new();

        public ManualResetEventSlim EvidenceCame { get; } = new();

        public MemoryAlert? Evidence { get; private set; }

        public ValueTask HandleAsync(MemoryAlert alert, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _calls);
            Called.Set();
            return handle(alert, cancellationToken);
        }

        public ValueTask HandleEvidenceAsync(MemoryAlert alert, CancellationToken cancellationToken)
        {
            Evidence = alert;
            EvidenceCame.Set();
            return ValueTask.CompletedTask;
        }
    }
}
