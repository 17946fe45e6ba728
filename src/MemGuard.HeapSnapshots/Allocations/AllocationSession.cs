using System.Diagnostics;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>One session of the runtime's allocation sampling, read to its end on the calling thread.</summary>
internal static class AllocationSession
{
    /// <summary>More would say little more: a share is known to 4 % of itself.</summary>
    public const int MaxSamples = 2000;

    private const ulong AllocationSampling = 0x80000000000;
    private const uint InformationalLevel = 4;

    // JIT: lists all methods at the end, those that were compiled beforehand too.
    private const ulong MethodRundown = 0x10;
    private const uint BufferMegabytes = 16;
    private const long MaxBytes = 256L << 20;
    private static readonly TimeSpan ConnectTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndingTime = TimeSpan.FromSeconds(30);

    /// <summary>Reads until the time is over, there are samples enough, or it is cancelled.</summary>
    /// <param name="endpoint">The runtime's diagnostics endpoint.</param>
    /// <param name="duration">How long at most.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The events and how long was measured.</returns>
    /// <exception cref="IOException">The runtime refused, the stream did not end in time, or no thread can be had.</exception>
    /// <exception cref="InvalidDataException">The stream is damaged or too long.</exception>
    public static (AllocationEvents Events, TimeSpan Measured) Run(string endpoint, TimeSpan duration, CancellationToken cancellationToken)
    {
        AllocationEvents events = new(MaxSamples);
        TimeSpan allowed = duration + EndingTime;
        using BoundedStream stream = new(DiagnosticsSocket.Connect(endpoint, ConnectTimeout), MaxBytes, allowed);
        ulong session = DiagnosticsClient.Start(stream, new SessionRequest(AllocationSampling, InformationalLevel, BufferMegabytes) { RundownKeywords = MethodRundown, HasStacks = true });
        long start = Stopwatch.GetTimestamp();
        TimeSpan measured = duration;
        Exception? stopFailure = null;

        // The runtime's answer to Stop comes when the stream has been read: a second thread sends it while this one reads.
        bool Stop()
        {
            try
            {
                WaitForEnd(events, duration, cancellationToken);
                measured = Stopwatch.GetElapsedTime(start);
                using BoundedStream control = new(DiagnosticsSocket.Connect(endpoint, ConnectTimeout), ushort.MaxValue, EndingTime);
                DiagnosticsClient.Stop(control, session);
            }
            catch (Exception failure)
            {
                stopFailure = failure;

                // Ends the read and, for the runtime, the session.
                Containment.Run(stream, static open => open.Dispose());
            }

            return false;
        }

        Thread stopper = OwnThread.TryStart("MemGuard profile stop", Stop, static _ => { }) ?? throw new IOException("no thread can be started");
        try
        {
            using BufferedStream buffered = new(stream, 64 << 10);
            new NettraceReader(buffered, events).ReadToEnd();
        }
        catch (Exception) when (stopFailure is not null)
        {
            throw new IOException("The profile's session could not be stopped.", stopFailure);
        }
        finally
        {
            events.HasEnough.Set();
            stream.Dispose();
            stopper.Join(ConnectTimeout);
        }

        return (events, measured);
    }

    private static void WaitForEnd(AllocationEvents events, TimeSpan duration, CancellationToken cancellationToken)
    {
        try
        {
            events.HasEnough.Wait(duration, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // Ends like any other.
        }
    }
}
