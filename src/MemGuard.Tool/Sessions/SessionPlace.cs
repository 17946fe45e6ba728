namespace MemGuard.Tool.Sessions;

/// <summary>The folder of a session: one that the user named and keeps, or a temporary one that is deleted.</summary>
internal sealed class SessionPlace : IDisposable
{
    private readonly bool _isTemporary;

    private SessionPlace(string path, bool isTemporary)
    {
        Path = path;
        _isTemporary = isTemporary;
    }

    public string Path { get; }

    /// <param name="kept">The folder to keep, which must not be there or be empty and private; null for a temporary one.</param>
    /// <exception cref="ToolException">It cannot be made.</exception>
    public static SessionPlace Create(string? kept)
    {
        string path = System.IO.Path.GetFullPath(kept ?? System.IO.Path.Combine(System.IO.Path.GetTempPath(), "memguard-run-" + PrivateFile.RandomName()));
        try
        {
            if (kept is not null && Directory.Exists(path) && !Directory.EnumerateFileSystemEntries(path).Any() && PrivateDirectory.FindIntruder(path) is null)
            {
                return new SessionPlace(path, isTemporary: false);
            }

            PrivateDirectory.CreateFresh(path);
            return new SessionPlace(path, kept is null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"the session's folder cannot be made: {failure.Message}", failure);
        }
    }

    /// <summary>Keeps what lies there, for what the tool could not finish.</summary>
    public void Dispose()
    {
        if (_isTemporary)
        {
            Containment.Run(Path, static path => PrivateTree.Delete(System.IO.Path.GetDirectoryName(path)!, System.IO.Path.GetFileName(path)));
        }
    }
}
