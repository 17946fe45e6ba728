namespace MemGuard.HeapSnapshots;

/// <summary>How the heap is read.</summary>
public enum CaptureMethod
{
    /// <summary>MemGuard chooses. In this version that is <see cref="EventPipe"/>.</summary>
    Automatic,

    /// <summary>From a frozen copy of the process (Linux x64 with glibc, .NET 10); where that does not work, by the event pipe, and the report says why.</summary>
    /// <remarks>
    /// The process stands still only while the kernel copies its page tables, some 30 milliseconds a gigabyte of resident memory. While the copy is read,
    /// each page that the application writes is kept twice; the copy is ended when memory runs short. It relies on the runtime's inner layout, which
    /// every capture checks with a graph that it knows.
    /// </remarks>
    Fork,

    /// <summary>By the runtime's own walk over its diagnostics endpoint.</summary>
    /// <remarks>The process stands still for several full collections and a walk, about 0.1–0.25 µs an object.</remarks>
    EventPipe,
}
