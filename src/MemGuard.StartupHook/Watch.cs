using MemGuard.HeapSnapshots;

namespace MemGuard.StartupHook;

/// <summary>The watch that was attached; ends when the application starts one of its own, or the operator asks for it, and then for good.</summary>
/// <remarks>Thread-safe.</remarks>
internal sealed class Watch(HeapSnapshotCollector collector)
{
    private readonly Lock _gate = new();
    private RunningMonitor? _monitor;
    private bool _isOver;

    public void Begin(MonitorSetup setup)
    {
        lock (_gate)
        {
            if (!_isOver)
            {
                _monitor = MemGuardMonitor.Watch(setup);
            }
        }
    }

    public void End()
    {
        lock (_gate)
        {
            _isOver = true;
            _monitor?.Dispose();
            _monitor = null;
            collector.Dispose();
        }
    }
}
