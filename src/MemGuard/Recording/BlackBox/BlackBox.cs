using System.Runtime.CompilerServices;
using MemGuard.Containers;
using MemGuard.Faults;
using MemGuard.Sampling;
using Microsoft.Extensions.Logging;

namespace MemGuard.Recording;

/// <summary>A session's way to the black box of its process: opens it with the first sample, writes it with each, and tells of the process before.</summary>
/// <remarks><see cref="Update"/> belongs to the sampling thread; the rest is thread-safe.</remarks>
/// <param name="directory">The configured directory; null to find one.</param>
/// <param name="interval">Time between two samples.</param>
/// <param name="timeProvider">The clock.</param>
/// <param name="logger">Where the lines go. It must not block.</param>
/// <param name="faults">Hears of what fails while it is written.</param>
/// <param name="links">Where the documentation is.</param>
internal sealed class BlackBox(string? directory, TimeSpan interval, TimeProvider timeProvider, ILogger logger, InternalFaults faults, HelpLinks links)
{
    /// <summary>After a write that failed, how long the disk is left alone.</summary>
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(30);

    private readonly BlackBoxSlot _slot = new(interval);
    private volatile bool _isOpened;
    private ProcessBox? _box;
    private TimeSpan? _failedAt;

    /// <summary>How the process before ended; null before the first sample, and where nothing is known of one.</summary>
    public PreviousRun? Previous => _isOpened ? ProcessBox.Previous : null;

    /// <summary>Writes a sample. Allocates nothing from the second one on.</summary>
    [MethodImpl(EverySample.Compiled)]
    public void Update(in MemorySample sample, ContainerDetails? container, in OpenProblem problem)
    {
        if (!_isOpened)
        {
            // Once, whatever comes of it.
            try
            {
                Open(sample, container);
            }
            finally
            {
                _isOpened = true;
            }
        }

        if (_box is not { } box || (_failedAt is TimeSpan failedAt && sample.Elapsed - failedAt < RetryDelay))
        {
            return;
        }

        ReadOnlySpan<byte> page = _slot.Compose(sample, container, problem);
        try
        {
            box.Pages.Write(page, BlackBoxFormat.SlotsAt + ((long)_slot.Next * BlackBoxFormat.PageBytes));
            _failedAt = null;
        }
        catch (Exception exception)
        {
            _failedAt = sample.Elapsed;
            faults.Report("writing the black box", exception);
        }
    }

    /// <summary>Notes that the host has begun to stop.</summary>
    public void NoteStopping() => _box?.Notes.Stopping();

    /// <summary>The session ends. The box stays open until the process ends as well: only then is it known how.</summary>
    public void Leave() => ProcessBox.Leave(this);

    /// <summary>The session ends and the process goes on without being watched: how it will end is not known, so nothing is left to tell of it.</summary>
    public void Forget() => ProcessBox.Forget(this);

    // Separate, so that its code is only compiled once and not kept with that of every sample.
    private void Open(in MemorySample sample, ContainerDetails? container)
    {
        (DateTimeOffset startedAt, DateTimeOffset now) = (sample.Timestamp - sample.Elapsed, sample.Timestamp);
        string place = BlackBoxPlace.Find(directory);
        try
        {
            _box = ProcessBox.TryEnter(this, place, () => BlackBoxOpening.Open(place, startedAt, now, container, timeProvider, logger, links));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            Log.BlackBoxOff(logger, VisibleText.Of(exception.Message));
        }
    }
}
