using System.Buffers;
using MemGuard.Sampling;

namespace MemGuard.AspNetCore.Dashboard;

/// <summary>
/// Tells all viewers of each sample. What they hear is written once, whatever their number; without one nothing runs and nothing is written.
/// </summary>
internal sealed class EventHub(PageSource source, TimeProvider time)
{
    public const int MaxViewers = 64;

    /// <summary>The browser comes back by itself, and a sign-in that was revoked ends with it.</summary>
    public static readonly TimeSpan LongestStream = TimeSpan.FromMinutes(10);

    public static readonly TimeSpan StallTimeout = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan StatePeriod = TimeSpan.FromSeconds(10);

    /// <summary>Where nothing is wrong: what the state has beside the samples is itself read every half minute.</summary>
    private static readonly TimeSpan HealthyStatePeriod = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(15);

    private readonly SharedTextPool _texts = new();

    /// <summary>Guards the three below.</summary>
    private readonly Lock _gate = new();
    private readonly List<Viewer> _viewers = [];

    /// <summary>The same, for those who tell them; null when they have changed.</summary>
    private Viewer[]? _told;
    private bool _isRunning;

    // Of the loop alone, of which there is one at a time.
    private MemorySample? _last;
    private PageVersion? _version;
    private long _stateAt;
    private long _saidAt;

    public long Now => Math.Max(1, time.GetTimestamp());

    public int CurrentViewers
    {
        get
        {
            lock (_gate)
            {
                return _viewers.Count;
            }
        }
    }

    /// <param name="abort">Ends the viewer's connection.</param>
    /// <returns>Null when there are too many.</returns>
    public Viewer? TryJoin(Action abort)
    {
        Viewer viewer = new(this, Now, abort);
        lock (_gate)
        {
            if (_viewers.Count >= MaxViewers)
            {
                return null;
            }

            _viewers.Add(viewer);
            _told = null;
            if (!_isRunning)
            {
                _isRunning = true;
                Start();
            }
        }

        return viewer;
    }

    public void Leave(Viewer viewer)
    {
        lock (_gate)
        {
            _viewers.Remove(viewer);
            _told = null;
        }
    }

    // What flows with the first viewer's request must not stay for as long as anybody looks.
    private void Start()
    {
        using (ExecutionContext.IsFlowSuppressed() ? default(AsyncFlowControl?) : ExecutionContext.SuppressFlow())
        {
            _ = RunAsync();
        }
    }

    private async Task RunAsync()
    {
        try
        {
            await TellAllAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // For want of memory, say: the next viewer begins again.
            lock (_gate)
            {
                _isRunning = false;
            }
        }
    }

    private async Task TellAllAsync()
    {
        using PeriodicTimer timer = new(source.TickPeriod, time);
        using EventText text = new(source);
        while (await timer.WaitForNextTickAsync().ConfigureAwait(false) && TryGetViewers(out Viewer[] viewers))
        {
            // A page that cannot be written must not end the stream of the next samples.
            Containment.Run((Hub: this, viewers, text), static step => step.Hub.Tell(step.viewers, step.text));
        }
    }

    private bool TryGetViewers(out Viewer[] viewers)
    {
        lock (_gate)
        {
            viewers = _told ??= [.. _viewers];
            return _isRunning = viewers.Length > 0;
        }
    }

    private void Tell(Viewer[] viewers, EventText text)
    {
        long now = Now;
        SharedText news = _texts.Rent();
        bool isNews = TryWrite(text, news.Writer, now);
        foreach (Viewer viewer in viewers)
        {
            if (viewer.SendingSince is > 0 and long since && time.GetElapsedTime(since, now) > StallTimeout)
            {
                viewer.Abort();
            }
            else if (time.GetElapsedTime(viewer.JoinedAt, now) > LongestStream)
            {
                viewer.End();
            }
            else if (isNews)
            {
                viewer.Post(news);
            }
        }

        news.Return();
    }

    private bool TryWrite(EventText text, ArrayBufferWriter<byte> writer, long now)
    {
        MemorySample? latest = source.Latest;
        bool isNew = latest?.Elapsed != _last?.Elapsed;
        PageVersion version = source.GetVersion();
        TimeSpan period = version.HasProblem ? StatePeriod : HealthyStatePeriod;
        bool isStateDue = version != _version || source.IsSnapshotRunning || time.GetElapsedTime(_stateAt, now) >= period;
        if (isNew || isStateDue)
        {
            text.Write(writer, isNew ? latest : null, _last, version.Text, isStateDue);
            _last = latest;
            _version = version;
            _stateAt = isStateDue ? now : _stateAt;
        }
        else if (time.GetElapsedTime(_saidAt, now) >= LongestSilence)
        {
            writer.Write(":\n\n"u8);
        }
        else
        {
            return false;
        }

        _saidAt = now;
        return true;
    }
}
