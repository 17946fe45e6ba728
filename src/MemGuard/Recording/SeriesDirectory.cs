
namespace MemGuard.Recording;

/// <summary>
/// A directory of its own inside the configured one: a fresh random name, mode 0700, files by exclusive creation with mode 0600.
/// </summary>
/// <remarks>
/// A name that nobody can guess and exclusive creation mean that no planted link is ever followed.
/// A configured directory that is itself a link is refused.
/// </remarks>
internal sealed class SeriesDirectory(string configured, SeriesWriterSettings settings) : ISeriesStorage
{
    private const string Prefix = "memguard-series-";
    private const string FilePattern = "series-*.csv";

    // Another process may be recording there: what was written this recently is left alone.
    private static readonly TimeSpan RecentlyWritten = TimeSpan.FromMinutes(10);

    // Made absolute when it is first used: a path that is none fails there, where failures are contained.
    private string? _absolute;

    /// <summary>The directory of this recording; null before its first file.</summary>
    public string? Own { get; private set; }

    private string Configured => _absolute ??= Path.GetFullPath(configured);

    public Stream Create(string name)
    {
        // A cleaner may have removed it; someone may have loosened or replaced it.
        if (Own is null || !IsPrivate(Own))
        {
            Own = CreateOwn();
            DeleteEarlierRecordings(Own);
        }

        return PrivateFile.Create(Path.Combine(Own, name), FileShare.Read | FileShare.Delete, bufferSize: 0);
    }

    public void Delete(string name)
    {
        if (Own is not null)
        {
            File.Delete(Path.Combine(Own, name));
        }
    }

    public bool Exists(string name) => Own is not null && File.Exists(Path.Combine(Own, name));

    public long GetFreeBytes()
    {
        // Before the first file the configured directory may not exist yet.
        Make(Configured);
        return new DriveInfo(Configured).AvailableFreeSpace;
    }

    // The framework's message names a directory, and not the option that asks for it.
    private void Make(string path)
    {
        try
        {
            PrivateDirectory.Create(path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"MemGuard:RecordTo: no recording can be made in '{Configured}': {exception.Message}", exception);
        }
    }

    private static bool IsPrivate(string path) => PrivateDirectory.FindIntruder(path) is null;

    private string CreateOwn()
    {
        if (new DirectoryInfo(Configured).LinkTarget is not null)
        {
            throw new IOException($"'{Configured}' is a link. Recording follows no link: configure the directory that it points to.");
        }

        string path = Path.Combine(Configured, Prefix + PrivateFile.RandomName());
        Make(path);
        if (PrivateDirectory.FindIntruder(path) is { } intruder)
        {
            // Tried again every half a minute: what is not used must not stay.
            Containment.Run(() => Directory.Delete(path));
            throw new IOException($"{intruder}: the file system cannot keep a recording safe.");
        }

        return path;
    }

    private void DeleteEarlierRecordings(string own)
    {
        // The file system's own clock, so that its time is compared with itself.
        DateTime now = Directory.GetLastWriteTimeUtc(own);
        int keptCount = 0;
        long keptBytes = 0;
        foreach (DirectoryInfo recording in new DirectoryInfo(Configured).EnumerateDirectories(Prefix + "*").OrderByDescending(static directory => directory.LastWriteTimeUtc))
        {
            if (!IsPrivate(recording.FullName) || recording.FullName == own)
            {
                continue;
            }

            FileInfo[] files = recording.GetFiles(FilePattern);
            keptCount++;
            keptBytes += files.Sum(static file => file.Length);
            bool isRecent = files.Any(file => now - file.LastWriteTimeUtc < RecentlyWritten);
            if ((keptBytes > settings.MaxEarlierBytes || keptCount > settings.MaxEarlierRecordings) && !isRecent)
            {
                DeleteRecording(recording, files);
            }
        }
    }

    // Only files that a recording creates, and the directory only when it is empty then: what else is there belongs to someone.
    private static void DeleteRecording(DirectoryInfo recording, FileInfo[] files)
    {
        foreach (FileInfo file in files)
        {
            file.Delete();
        }

        if (!recording.EnumerateFileSystemInfos().Any())
        {
            recording.Delete();
        }
    }
}
