namespace MemGuard.Recording;

/// <summary>Where a recording's files are. Any member may throw what a disk can cause.</summary>
internal interface ISeriesStorage
{
    /// <summary>Creates a file that was not there before.</summary>
    Stream Create(string name);

    void Delete(string name);

    /// <summary>Whether a file that was created is still there: on some systems it can be deleted while it is written.</summary>
    bool Exists(string name);

    long GetFreeBytes();
}
