using System.Globalization;
using MemGuard.Containers;

namespace MemGuard.Recording;

/// <summary>A box that a dead process left, claimed by this one.</summary>
/// <param name="Record">What it says; null when it cannot be read.</param>
/// <param name="Problem">Why it cannot be read.</param>
/// <param name="WrittenAt">When it was last written, UTC.</param>
internal sealed record ClaimedBox(BlackBoxRecord? Record, string? Problem, DateTime WrittenAt);

/// <summary>The private directory of the black boxes: makes this process's, finds those that dead processes of the same application left, and keeps few of them.</summary>
/// <remarks>A box is claimed by renaming it: of several processes that start at once exactly one tells of it.</remarks>
internal sealed class BlackBoxDirectory(string configured, string application, ISystemFiles files)
{
    /// <summary>Boxes that are kept, those of living processes apart.</summary>
    public const int MaxKept = 16;

    /// <summary>Boxes of living processes beside which no further one is made: the directory is bounded whatever happens.</summary>
    private const int MaxLiving = 256;

    private const string OwnName = "memguard-blackbox";
    private const string Suffix = ".box";
    private const string ToldPrefix = "told-";
    private const string TemporaryPrefix = "new-";

    /// <summary>Of another boot, but just written: perhaps a process of another machine that shares the directory, whose lock is not seen here.</summary>
    private static readonly TimeSpan JustWritten = TimeSpan.FromSeconds(15);

    private readonly string _configured = Path.GetFullPath(configured);
    private readonly string _fingerprint = BlackBoxFormat.Fingerprint(application).ToString("x16", CultureInfo.InvariantCulture);

    public string Root => Path.Combine(_configured, OwnName);

    /// <summary>Boxes of processes that live beside this one, as of the last look.</summary>
    public int LivingCount { get; private set; }

    /// <summary>Makes the private directory, or finds it as it should be.</summary>
    /// <returns>Why it cannot be used; null when it can.</returns>
    public string? Prepare() => PrivateDirectory.Prepare(_configured, Root);

    /// <summary>Makes this process's box. Call <see cref="ClaimDead"/> first, which makes space.</summary>
    /// <exception cref="IOException">It cannot be made: the disk is full, or the directory is.</exception>
    public BlackBoxFile Create(BlackBoxHeader header)
    {
        if (LivingCount >= MaxLiving)
        {
            throw new IOException(string.Create(CultureInfo.InvariantCulture, $"{LivingCount} processes have one there already"));
        }

        string name = PrivateFile.RandomName() + Suffix;
        return BlackBoxFile.Create(Path.Combine(Root, TemporaryPrefix + name), Path.Combine(Root, $"{_fingerprint}-{name}"), header);
    }

    /// <summary>Claims the boxes of this application's dead processes, the one that was written last first, and deletes what is too much.</summary>
    public IReadOnlyList<ClaimedBox> ClaimDead(ProcessIdentity self, DateTimeOffset now)
    {
        LivingCount = 0;
        List<ClaimedBox> claimed = [];
        foreach (FileInfo file in new DirectoryInfo(Root).EnumerateFiles("*" + Suffix))
        {
            if (file.Name.StartsWith(_fingerprint, StringComparison.Ordinal) && TryClaim(file, self, now) is { } box)
            {
                claimed.Add(box);
            }
        }

        DeleteOldest();
        claimed.Sort(static (a, b) => b.WrittenAt.CompareTo(a.WrittenAt));
        return claimed;
    }

    private ClaimedBox? TryClaim(FileInfo file, ProcessIdentity self, DateTimeOffset now)
    {
        try
        {
            DateTime writtenAt = file.LastWriteTimeUtc;
            using FileStream stream = new(file.FullName, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.None, BufferSize = 0 });
            byte[] bytes = new byte[BlackBoxFormat.FileBytes];
            int length = stream.ReadAtLeast(bytes, bytes.Length, throwOnEndOfStream: false);
            BlackBoxRecord? record = BlackBoxReader.Read(bytes.AsSpan(0, length), out string? problem);
            if (record is not null && LivesElsewhere(record.Header.Identity, self, now.UtcDateTime - writtenAt))
            {
                LivingCount++;
                return null;
            }

            File.Move(file.FullName, Path.Combine(Root, ToldPrefix + file.Name));
            return new ClaimedBox(record, problem, writtenAt);
        }
        catch (FileNotFoundException)
        {
            // Another process that starts at the same moment was first.
            return null;
        }
        catch (Exception locked) when (locked is IOException or UnauthorizedAccessException)
        {
            // Its lock is held: the process lives, and is none of our business.
            LivingCount++;
            return null;
        }
    }

    private bool LivesElsewhere(ProcessIdentity identity, ProcessIdentity self, TimeSpan age) =>
        identity.IsSeenAlive(self, files) || (identity.BootId != self.BootId && age.Duration() < JustWritten);

    // Also what a process left that died while it made its box. Whatever else lies there is somebody's.
    private void DeleteOldest()
    {
        List<FileInfo> kept = [];
        foreach (FileInfo file in new DirectoryInfo(Root).EnumerateFiles("*" + Suffix))
        {
            if (file.Name.StartsWith(ToldPrefix, StringComparison.Ordinal) || file.Name.StartsWith(TemporaryPrefix, StringComparison.Ordinal))
            {
                kept.Add(file);
            }
        }

        if (kept.Count <= MaxKept)
        {
            return;
        }

        kept.Sort(static (a, b) => b.LastWriteTimeUtc.CompareTo(a.LastWriteTimeUtc));
        foreach (FileInfo file in kept.GetRange(MaxKept, kept.Count - MaxKept))
        {
            Containment.Run(file, static each => each.Delete());
        }
    }
}
