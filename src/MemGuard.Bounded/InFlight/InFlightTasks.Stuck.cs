using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded;

/// <content>The watch for tasks that do not end, and the warnings.</content>
public sealed partial class InFlightTasks : ITickTarget
{
    private const int MaxWarningsPerMinute = 6;

    TimeSpan ITickTarget.TickPeriod => TimeSpan.FromSeconds(1);

    bool ITickTarget.Tick(long nowMilliseconds)
    {
        List<(string Origin, TimeSpan Age)>? stuck = null;
        lock (_gate)
        {
            for (InFlightTask? entry = _underWay.Oldest; entry is not null && nowMilliseconds - entry.StartedMilliseconds >= _stuckAfter.TotalMilliseconds; entry = entry.Next)
            {
                if (!entry.IsReported)
                {
                    entry.IsReported = true;
                    _totalStuck++;
                    if (CanWarnUnsynchronized(nowMilliseconds))
                    {
                        (stuck ??= []).Add((entry.Origin, TimeSpan.FromMilliseconds(nowMilliseconds - entry.StartedMilliseconds)));
                    }
                }
            }

            _isTicking = _underWay.Count > 0;
            if (!_isTicking)
            {
                return false;
            }
        }

        stuck?.ForEach(entry => Warn(logger => Log.TaskStuck(logger, entry.Origin, VisibleText.OfName(_name), entry.Age)));
        return true;
    }

    private bool CanWarnUnsynchronized(long nowMilliseconds) => (_logger ?? DefaultLogger.Current) is not null && _warnings.TryTake(nowMilliseconds);

    private void Warn(Action<ILogger> log)
    {
        try
        {
            if ((_logger ?? DefaultLogger.Current) is { } logger)
            {
                log(logger);
            }
        }
        catch (Exception)
        {
            // A broken log sink must not break the task that happened to end here.
            ContainedFailures.Count();
        }
    }
}
