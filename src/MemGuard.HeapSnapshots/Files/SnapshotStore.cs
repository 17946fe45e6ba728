using System.Globalization;
using System.Security.Cryptography;

namespace MemGuard.HeapSnapshots.Files;

/// <summary>The directory that snapshots are kept in: private, never through a link, bounded in number, bytes and age.</summary>
/// <remarks>A fixed directory of mode 0700 below the configured one holds the rate limit's state and one fresh directory per snapshot.</remarks>
internal sealed class SnapshotStore(string configured, StoreLimits limits)
{
    private const string OwnName = "memguard-snapshots";
    private const string Prefix = "snapshot-";

    private readonly string _configured = Path.GetFullPath(configured);

    /// <summary>The private directory. It exists and is private only after <see cref="Prepare"/> said so.</summary>
    public string Root => Path.Combine(_configured, OwnName);

    /// <summary>Makes the private directory, or finds it as it should be.</summary>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public string? Prepare()
    {
        try
        {
            if (PrivateDirectory.FindDanger(_configured) is { } danger)
            {
                return danger;
            }

            if (PrivateDirectory.FindDanger(Root) is { } intruder)
            {
                return intruder;
            }

            PrivateDirectory.Create(Root);
            return PrivateDirectory.FindIntruder(Root);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return $"'{Root}' cannot be created: {exception.Message}";
        }
    }

    /// <returns>Free bytes on the file system; null when it does not tell.</returns>
    public long? GetFreeBytes()
    {
        try
        {
            return new DriveInfo(Root).AvailableFreeSpace;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Makes a fresh directory for one snapshot's files, under a temporary name until <see cref="Publish"/>.</summary>
    public string CreateDirectoryFor(DateTimeOffset time)
    {
        string name = string.Create(CultureInfo.InvariantCulture, $".{Prefix}{time:yyyyMMdd-HHmmss}-{RandomNumberGenerator.GetHexString(8, lowercase: true)}");
        string path = Path.Combine(Root, name);
        PrivateDirectory.Create(path);
        return PrivateDirectory.FindIntruder(path) is { } intruder ? throw new IOException(intruder) : path;
    }

    /// <summary>Gives a finished snapshot its final name and removes what is over the limits.</summary>
    public string Publish(string temporary, DateTimeOffset now)
    {
        string final = Path.Combine(Root, Path.GetFileName(temporary)[1..]);
        Directory.Move(temporary, final);
        Trim(now);
        return final;
    }

    /// <summary>Removes the oldest snapshots until number, bytes and age are within the limits, and what a crash left half-written.</summary>
    public void Trim(DateTimeOffset now)
    {
        int count = 0;
        long bytes = 0;
        foreach (DirectoryInfo snapshot in new DirectoryInfo(Root).EnumerateDirectories("*" + Prefix + "*").OrderByDescending(static directory => directory.Name.TrimStart('.'), StringComparer.Ordinal))
        {
            // Only what this class creates, and nothing behind a link.
            if (snapshot.LinkTarget is not null || !snapshot.Name.TrimStart('.').StartsWith(Prefix, StringComparison.Ordinal))
            {
                continue;
            }

            bool isHalf = snapshot.Name.StartsWith('.');
            count += isHalf ? 0 : 1;
            bytes += snapshot.EnumerateFiles().Sum(static file => file.Length);
            TimeSpan age = now - snapshot.LastWriteTimeUtc;
            if (count > limits.MaxSnapshots || bytes > limits.MaxBytes || age > limits.MaxAge || (isHalf && age > TimeSpan.FromHours(1)))
            {
                snapshot.Delete(recursive: true);
            }
        }
    }
}
