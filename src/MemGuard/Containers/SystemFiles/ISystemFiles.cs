namespace MemGuard.Containers;

/// <summary>The seam to the system's small virtual files: <c>/proc</c> and the control groups.</summary>
internal interface ISystemFiles
{
    /// <summary>Opens a file for repeated reading; null when it is absent or may not be read.</summary>
    ISystemFile? Open(string path);

    /// <summary>Reads a file once; null when it is absent, may not be read or is larger than allowed.</summary>
    string? ReadText(string path, int largestBytes = 1 << 20);
}

/// <summary>A kept handle on a virtual file, whose content is made anew at every read.</summary>
internal interface ISystemFile : IDisposable
{
    /// <summary>Reads from the start. Allocates nothing.</summary>
    /// <returns>The number of bytes read, or -1 when the file cannot be read any more.</returns>
    int Read(Span<byte> buffer);

    /// <summary>Reads the piece that the system gives from a place on, in a pass over a long file. Allocates nothing.</summary>
    /// <returns>The number of bytes read, 0 at the end, or -1 when the file cannot be read any more.</returns>
    int Read(Span<byte> buffer, long offset);
}
