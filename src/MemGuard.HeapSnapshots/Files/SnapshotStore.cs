using MemGuard.Costs;

namespace MemGuard.HeapSnapshots.Files;

/// <summary>The directory that snapshots are kept in: private, never through a link, bounded in number, bytes and age.</summary>
/// <remarks>A fixed directory of mode 0700 below the configured one holds the rate limit's state and one fresh directory per snapshot.</remarks>
internal sealed class SnapshotStore(string configured, StoreLimits limits, OwnCosts? costs = null)
{
    private const string OwnName = "memguard-snapshots";
    private const int MaxListed = 10_000;
    private const int UniqueLetters = 8;

    private readonly string _configured = Path.GetFullPath(configured);

    /// <summary>The private directory. It exists and is private only after <see cref="Prepare"/> said so.</summary>
    public string Root => Path.Combine(_configured, OwnName);

    /// <summary>Makes the private directory, or finds it as it should be.</summary>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public string? Prepare() => PrivateDirectory.Prepare(_configured, Root);

    /// <summary>As <see cref="Prepare"/>, and makes nothing.</summary>
    /// <returns>Whether the private directory is there and as it should be.</returns>
    public bool IsReady() => Directory.Exists(Root) && FindDanger() is null && PrivateDirectory.FindIntruder(Root) is null;

    /// <summary>The finished snapshots, the newest first; empty where they cannot be read.</summary>
    /// <param name="now">The time by a <see cref="SteadyClock"/>.</param>
    public IReadOnlyList<KeptSnapshot> ListKept(DateTimeOffset now)
    {
        try
        {
            return IsReady() ? [.. List(now, null).Where(static snapshot => !snapshot.IsHalf)] : [];
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [];
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
        string path = Path.Combine(Root, KeptSnapshot.NameOf(time, Guid.NewGuid().ToString("N")[..UniqueLetters]));
        PrivateDirectory.CreateFresh(path);
        return path;
    }

    /// <summary>Gives a finished snapshot its final name and removes what is over the limits.</summary>
    /// <param name="temporary">What <see cref="CreateDirectoryFor"/> made.</param>
    /// <param name="now">The time by a <see cref="SteadyClock"/>.</param>
    public string Publish(string temporary, DateTimeOffset now)
    {
        string name = Path.GetFileName(temporary)[1..];
        string final = Path.Combine(Root, name);
        Directory.Move(temporary, final);
        Trim(now, newest: name);
        return final;
    }

    /// <summary>Removes a directory that was made for a snapshot which has come to nothing.</summary>
    public void Discard(string temporary) => PrivateTree.Delete(Root, Path.GetFileName(temporary));

    /// <summary>
    /// Removes the oldest snapshots until number, bytes and age are within the limits, and everything half-written. The newest one stays, however large
    /// or old it is. Call it only while holding the lock of the directory: a half-written one is then nobody's.
    /// </summary>
    /// <param name="now">The time by a <see cref="SteadyClock"/>.</param>
    /// <param name="newest">The name of the one that was just published; null when the names have to tell.</param>
    public void Trim(DateTimeOffset now, string? newest = null)
    {
        int count = 0;
        long bytes = 0;
        DiskUse kept = default;
        foreach (KeptSnapshot snapshot in List(now, newest))
        {
            if (snapshot.IsHalf)
            {
                PrivateTree.Delete(Root, snapshot.Name);
                continue;
            }

            count++;
            DiskUse use = SizeOf(snapshot.Name);
            bytes += use.Bytes;
            TimeSpan age = now - (snapshot.TakenAt ?? now);
            if (count > 1 && (count > limits.MaxSnapshots || bytes > limits.MaxBytes || age > limits.MaxAge))
            {
                PrivateTree.Delete(Root, snapshot.Name);
            }
            else
            {
                kept = new DiskUse(kept.Bytes + use.Bytes, kept.Files + use.Files);
            }
        }

        (costs ?? OwnCosts.OfProcess).SetDisk(CostPart.Snapshots, kept.Bytes, (int)kept.Files);
    }

    private string? FindDanger() => PrivateDirectory.FindDanger(_configured) ?? PrivateDirectory.FindDanger(Root);

    // The newest first. What is dated in the future was taken before the clock was set back: before everything that has been taken since.
    private List<KeptSnapshot> List(DateTimeOffset now, string? newest) =>
    [
        .. new DirectoryInfo(Root).EnumerateDirectories()
            .Where(static directory => directory.LinkTarget is null)
            .Select(static directory => KeptSnapshot.Parse(directory.Name))
            .OfType<KeptSnapshot>()
            .Take(MaxListed)
            .OrderByDescending(snapshot => snapshot.Name == newest)
            .ThenByDescending(snapshot => snapshot.TakenAt <= now)
            .ThenByDescending(static snapshot => snapshot.TakenAt)
            .ThenByDescending(static snapshot => snapshot.Name, StringComparer.Ordinal),
    ];

    private DiskUse SizeOf(string name)
    {
        try
        {
            FileInfo[] files = new DirectoryInfo(Path.Combine(Root, name)).GetFiles();
            return new DiskUse(files.Sum(static file => file.Length), files.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return default;
        }
    }
}
