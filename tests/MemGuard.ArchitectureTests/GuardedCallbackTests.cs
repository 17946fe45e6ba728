using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis.CSharp;

namespace MemGuard.ArchitectureTests;

/// <summary>An exception in a timer, a thread, the thread pool, a finalizer or a signal handler ends the host: every such place is known and guarded.</summary>
public sealed class GuardedCallbackTests
{
    // Member → why an exception cannot leave the code that it hands over.
    private static readonly Dictionary<string, string> Allowed = new()
    {
        ["MemGuard.AspNetCore.Endpoints.EventEndpoint.StreamAsync"] = "Completes a channel, whose reader goes on elsewhere; nothing of the caller's runs in the callback.",
        ["MemGuard.BackgroundLogger.AskLevels"] = "The host's logger is asked inside a catch; the flags are written after it.",
        ["MemGuard.Bounded.BoundedCache<TKey, TValue>.Renew"] = "Starts a factory whose outcome, exceptions included, goes to those who wait for it.",
        ["MemGuard.Bounded.BoundedCache<TKey, TValue>.StartFactoryTimer"] = "The token is cancelled inside Containment.",
        ["MemGuard.Bounded.LeaseLedger.Lingering.Finalize"] = "Changes two numbers of an object that is never null.",
        ["MemGuard.Bounded.BoundedPipeWriter.EndStalledElsewhere"] = "The host's callback, the inner writer and the log are each called inside a catch.",
        ["MemGuard.Bounded.BoundedPipeWriter.OnFlushMisused"] = "The inner writer is called inside a catch.",
        ["MemGuard.Bounded.InFlightTasks.WaitForRoomAsync"] = "Completes a waiter, whose continuation runs elsewhere; nothing of the caller's runs in the callback.",
        ["MemGuard.Bounded.TickerThread.StartUnsynchronized"] = "The tick that stands in for the thread runs inside Containment.",
        ["MemGuard.Bounded.PipeContextProbe.Post"] = "Goes on with the watch of a flush, which catches what the flush and its writer throw.",
        ["MemGuard.Bounded.PipePendingFlush.OnCompleted"] = "Runs the continuation of an await, which keeps its exceptions in its own task.",
        ["MemGuard.Bounded.ProbedContinuation.Run"] = "Runs the continuation of an await, which keeps its exceptions in its own task.",
        ["MemGuard.Bounded.QueueWaiter<TResult>.OnCompleted"] = "Runs the continuation of an await, which keeps its exceptions in its own task.",
        ["MemGuard.Hook.Core.Attacher.Start"] = "The thread's whole work is inside a catch that says one line.",
        ["MemGuard.Tool.Running.Signals.Add"] = "In the tool's own process: the handler writes two fields and sends a signal, which throws nothing.",
        ["MemGuard.MemoryMonitorService.StartAsync"] = "The handler notes that the host stops, inside Containment.",
        ["MemGuard.OwnThread.TryStart"] = "Every step runs inside a catch, and what hears of its failure inside another; nothing is allocated after that.",
        ["MemGuard.Caching.BoundedMemoryCache.TellLater"] = "The callbacks of an entry are each called inside a catch that counts.",
        ["MemGuard.Caching.BoundedMemoryCache.LookAtSilentTokensWhenDue"] = "What is queued is contained as a whole, and each token of an entry by itself.",
        ["MemGuard.Bounded.QueueWaiter.ListenTo"] = "Completes a waiter, whose continuation runs elsewhere; nothing of the caller's runs in the callback.",
        ["MemGuard.Bounded.SharedTicker.ProviderTicker..ctor"] = "The tick catches every exception.",
        ["MemGuard.HeapSnapshots.Capture.EventPipeCapture.ReadWhileStopping"] = "The whole body is inside a catch that hands the exception to the waiting thread.",
        ["MemGuard.HeapSnapshots.Service.SnapshotSignal.Start"] = "The handler sets a number and wakes a thread inside a catch that allocates nothing.",
        ["MemGuard.HeapSnapshots.Capture.NativeArray<T>.Finalize"] = "Frees a block of native memory once, which cannot throw.",
        ["MemGuard.Evidence.LastReport.Listen"] = "The handler writes inside a catch, one thread at a time.",
        ["MemGuard.Evidence.ProbedHeap.Sentinel.Finalize"] = "Sets an event, and catches that nobody waits for it any more.",
        ["MemGuard.Recording.BlackBoxHandlers.Listen"] = "Each of the three handlers is one note inside a catch that allocates nothing.",
        ["MemGuard.Sampling.FinalizerSentinel.Sentinel.Finalize"] = "Writes one number to a field of an object that is never null.",
        ["MemGuard.Lifetimes.GuardedTimer..ctor"] = "The tick runs inside a catch that counts and logs; setting the next one catches a disposal in between.",
        ["MemGuard.Sampling.LoadReader.Read"] = "The signal is asked inside a catch that reports, and the flag is written after it.",
        ["MemGuard.Telemetry.MemoryInstruments.Bytes"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.MemoryInstruments.Create"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.ContainerInstruments..ctor"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.ContainerInstruments.Events"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.ProblemInstruments.Create"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.CostInstruments.Create"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.OwnInstruments..ctor"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.StructureInstruments..ctor"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.StructureInstruments.Now"] = "The callback goes through MeterScope, which catches and reports.",
        ["MemGuard.Telemetry.StructureInstruments.Total"] = "The callback goes through MeterScope, which catches and reports.",
    };

    private static readonly Lazy<CallbackSite[]> Sites = new(() => [.. Sources.Products.SelectMany(static product => CallbackSite.FindAll(Sources.Of(product)))]);

    [Fact]
    public void Products_EveryCallbackSite_IsKnownWithItsReason()
    {
        Assert.Equal(string.Empty, string.Join('\n', FindUnknown(Sites.Value, Allowed)));
    }

    [Fact]
    public void Allowed_EveryEntry_StillExists()
    {
        Assert.Empty(Allowed.Keys.Except(Sites.Value.Select(site => site.Member)));
        Assert.All(Allowed.Values, reason => Assert.True(reason.Length > 20, "a reason is a sentence"));
    }

    [Fact]
    public void FindUnknown_EveryKindOfCallback_IsFound()
    {
        CSharpCompilation bad = Sources.Compile(
            """
            using System.Runtime.InteropServices;
            namespace N;
            public sealed class Bad
            {
                private readonly Timer _field = new(_ => { });
                private readonly Thread _thread = new(() => { });
                ~Bad() { }
                public void Pool() => ThreadPool.QueueUserWorkItem(_ => { });
                public void Signal() => PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => { });
                public async void Void() => await Task.Yield();
                public void Hidden() { Action inner = () => TimeProvider.System.CreateTimer(_ => { }, null, default, default); inner(); }
                public void Token(CancellationToken token) => token.Register(() => { });
                public void Exit() => AppDomain.CurrentDomain.ProcessExit += (_, _) => { };
                public Task Fine() => Task.CompletedTask;
            }
            """);

        Assert.Equal(
            [
                "N.Bad.Exit (System.AppDomain.ProcessExit)",
                "N.Bad.Finalize (finalizer)",
                "N.Bad.Hidden (System.TimeProvider.CreateTimer)",
                "N.Bad.Pool (System.Threading.ThreadPool.QueueUserWorkItem)",
                "N.Bad.Signal (System.Runtime.InteropServices.PosixSignalRegistration.Create)",
                "N.Bad.Token (System.Threading.CancellationToken.Register)",
                "N.Bad.Void (async void)",
                "N.Bad._field (System.Threading.Timer..ctor)",
                "N.Bad._thread (System.Threading.Thread..ctor)",
            ],
            FindUnknown(CallbackSite.FindAll(bad), []).Order(StringComparer.OrdinalIgnoreCase));
    }

    private static IEnumerable<string> FindUnknown(IEnumerable<CallbackSite> sites, Dictionary<string, string> allowed) =>
        sites.Where(site => !allowed.ContainsKey(site.Member)).Select(site => $"{site.Member} ({site.Registration})");
}
