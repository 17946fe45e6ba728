namespace MemGuard.Recording;

/// <summary>The seam to the file of a black box. Any member may throw what a disk can cause.</summary>
internal interface IBlackBoxPages : IDisposable
{
    /// <summary>Writes bytes at a position. Allocates nothing, and may be called by several threads at once.</summary>
    void Write(ReadOnlySpan<byte> bytes, long at);

    /// <summary>Closes the file and takes it away.</summary>
    void Delete();
}
