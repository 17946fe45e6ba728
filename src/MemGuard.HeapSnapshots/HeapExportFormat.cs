namespace MemGuard.HeapSnapshots;

/// <summary>Files that other tools' viewers open.</summary>
public enum HeapExportFormat
{
    /// <summary>A profile for speedscope: what keeps how much alive, as a flame graph. Extension <c>.speedscope.json</c>.</summary>
    Speedscope,

    /// <summary>A heap snapshot for Chrome's developer tools, VS Code and memlab: retainers, retained sizes, summary. Extension <c>.heapsnapshot</c>.</summary>
    DevTools,
}
