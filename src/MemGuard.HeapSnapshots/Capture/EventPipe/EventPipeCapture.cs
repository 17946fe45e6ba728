using System.Diagnostics;
using System.Runtime;
using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Asks the own runtime for a heap walk over its diagnostics endpoint and reads the stream.</summary>
/// <remarks>The runtime collects and walks while it enables the session, before anybody can read: the whole stream must fit its buffer, and a smaller one loses objects (detected, never silent).</remarks>
internal sealed class EventPipeCapture : IHeapCapture, IDisposable
{
    private const int PausesUntilHopeless = 4;

    // What the buffer does not count: headers of blocks, and what other threads write until the session has ended.
    private const long FramingBytes = 16L << 20;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ReadingTime = TimeSpan.FromMinutes(2);

    private readonly Func<string?> _findEndpoint;
    private readonly TimeSpan _readingTime;
    private readonly CollectibleLoads _collectible = new(TimeProvider.System);
    private readonly CaptureHistory _history = new(GCSettings.IsServerGC ? Environment.ProcessorCount : 1, TimeProvider.System);

    public EventPipeCapture()
        : this(DiagnosticsSocket.Find, ReadingTime)
    {
    }

    /// <param name="findEndpoint">Where the endpoint is; null when there is none.</param>
    /// <param name="readingTime">How long the stream may take beside the pause.</param>
    internal EventPipeCapture(Func<string?> findEndpoint, TimeSpan readingTime)
    {
        _findEndpoint = findEndpoint;
        _readingTime = readingTime;
    }

    public bool IsAvailable(out string? reason)
    {
        // The runtime of an AOT-compiled process crashes when it is asked for a heap walk (dotnet/runtime#131677).
        reason = !RuntimeFeature.IsDynamicCodeSupported ? "the process is compiled ahead of time (Native AOT), whose runtime cannot walk its heap"
            : _findEndpoint() is null ? "the runtime has no diagnostics endpoint of its own (DOTNET_EnableDiagnostics=0, or its temporary directory is not writable)"
            : null;
        return reason is null;
    }

    public string? FindObstacle() => _collectible.FindObstacle() ?? SpareDescriptors.FindShortage();

    public CaptureEstimate Estimate() => _history.Estimate(HeapFigures.Read());

    public bool TryLearn(TimeSpan maxPause)
    {
        HeapFigures now = HeapFigures.Read();
        if (!_history.WouldLearnFrom(now) || CaptureHistory.CollectionPause(now) > maxPause)
        {
            return false;
        }

        // A walk begins with the same; where it is too long, the walk would have been too.
        GC.Collect(2, GCCollectionMode.Forced, blocking: true);
        return true;
    }

    public CapturedHeap Capture(long maxBufferBytes, Stream? copyTo, CancellationToken cancellationToken)
    {
        if (!IsAvailable(out string? reason))
        {
            throw new IOException(reason);
        }

        string path = _findEndpoint() ?? throw new IOException("The runtime has no diagnostics endpoint.");
        cancellationToken.ThrowIfCancellationRequested();
        uint megabytes = (uint)Math.Clamp(maxBufferBytes >> 20, 1, 1 << 20);
        TimeSpan allowed = _readingTime + (PausesUntilHopeless * Estimate().Pause);
        HeapEventCollector collector = new();
        using HeldAssemblies held = new();
        try
        {
            using BoundedStream session = new(DiagnosticsSocket.Connect(path, ConnectTimeout), ((long)megabytes << 20) + FramingBytes, allowed);

            // The runtime's own pause counter leaves the walk out; the command's duration is an upper bound of the whole stop.
            long start = Stopwatch.GetTimestamp();
            ulong sessionId = DiagnosticsClient.StartHeapWalk(session, megabytes);
            TimeSpan pause = Stopwatch.GetElapsedTime(start);
            ReadWhileStopping(path, session, sessionId, collector, copyTo, allowed);
            CapturedHeap heap = collector.ToCapturedHeap();
            heap.Pause = pause;
            heap.LiveBytes = HeapFigures.ReadLive();
            Remember(heap);
            return heap;
        }
        catch
        {
            collector.Dispose();
            throw;
        }
    }

    public void Dispose() => _collectible.Dispose();

    // Stop waits until the buffer is drained: it hangs without a reader, so a second thread sends it while this one reads.
    private static void ReadWhileStopping(string path, Stream session, ulong sessionId, HeapEventCollector collector, Stream? copyTo, TimeSpan allowed)
    {
        Exception? stopFailure = null;
        Thread stopper = new(() => Contain(
            () =>
            {
                using BoundedStream control = new(DiagnosticsSocket.Connect(path, ConnectTimeout), ushort.MaxValue, allowed);
                DiagnosticsClient.Stop(control, sessionId);
            },
            exception =>
            {
                stopFailure = exception;

                // Ends the read below: without Stop the session would stream for ever.
                session.Dispose();
            }))
        {
            IsBackground = true,
            Name = "MemGuard snapshot stop",
        };
        stopper.Start();
        try
        {
            using BufferedStream buffered = new(copyTo is null ? session : new TeeStream(session, copyTo), 256 << 10);
            new NettraceReader(buffered, collector).ReadToEnd();
        }
        catch (Exception) when (stopFailure is not null)
        {
            throw new IOException("The capture session could not be stopped.", stopFailure);
        }
        finally
        {
            session.Dispose();
            stopper.Join(ConnectTimeout);
        }
    }

    // The bottom of a thread: what handles the failure may fail itself, when there is no memory left.
    private static void Contain(Action action, Action<Exception> onFailure)
    {
        if (!Containment.TryRun(action, static run => run(), out Exception? failure))
        {
            Containment.Run((onFailure, failure), static failed => failed.onFailure(failed.failure));
        }
    }

    private void Remember(CapturedHeap heap) =>
        _history.Remember(HeapFigures.Read(), heap.Objects.NodeCount, heap.Objects.EdgeCount, heap.Pause, heap.IncompleteBecause is null);
}
