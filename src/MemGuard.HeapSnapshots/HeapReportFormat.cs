namespace MemGuard.HeapSnapshots;

/// <summary>The forms of a report.</summary>
public enum HeapReportFormat
{
    /// <summary>For a terminal.</summary>
    Text,

    /// <summary>For an issue or a wiki.</summary>
    Markdown,

    /// <summary>For programs.</summary>
    Json,
}
