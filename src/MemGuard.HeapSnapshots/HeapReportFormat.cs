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

    /// <summary>One file for a browser, with the tables and the picture of the page of MemGuard.AspNetCore; it asks no network for anything.</summary>
    Html,
}
