using System.Security.Cryptography;

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
    private const UnixFileMode DirectoryMode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode FileMode0600 = UnixFileMode.UserRead | UnixFileMode.UserWrite;

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

        FileStreamOptions options = new()
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 0,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = FileMode0600;
        }

        return new FileStream(Path.Combine(Own, name), options);
    }

    public void Delete(string name)
    {
        if (Own is not null)
        {
            File.Delete(Path.Combine(Own, name));
        }
    }

    public long GetFreeBytes()
    {
        // Before the first file the configured directory may not exist yet.
        CreatePrivate(Configured);
        return new DriveInfo(Configured).AvailableFreeSpace;
    }

    private static bool IsPrivate(string path)
    {
        DirectoryInfo directory = new(path);
        return directory.Exists
            && directory.LinkTarget is null
            && (OperatingSystem.IsWindows() || directory.UnixFileMode == DirectoryMode)
            && UnixOwner.IsSelf(path);
    }

    // A directory that is there already keeps its mode.
    private static void CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, DirectoryMode);
        }
    }

    private string CreateOwn()
    {
        if (new DirectoryInfo(Configured).LinkTarget is not null)
        {
            throw new IOException($"'{Configured}' is a link. Recording follows no link: configure the directory that it points to.");
        }

        string path = Path.Combine(Configured, Prefix + RandomNumberGenerator.GetHexString(16, lowercase: true));
        CreatePrivate(path);
        return IsPrivate(path) ? path : throw new IOException($"'{path}' is not private to this user after its creation: the file system cannot keep a recording safe.");
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
