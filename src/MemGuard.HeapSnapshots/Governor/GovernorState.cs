using System.Globalization;
using System.Text;

namespace MemGuard.HeapSnapshots.Governor;

/// <summary>When snapshots were taken in the last day, kept in a file: a limit in memory would begin anew with every crash of a crash loop.</summary>
internal sealed class GovernorState
{
    private const string Header = "memguard-governor 1";
    private const string MovedMark = "moved";
    private const int MaxBytes = 64 << 10;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly List<Entry> _taken;

    private GovernorState(List<Entry> taken, bool isMoved)
    {
        _taken = taken;
        IsMoved = isMoved;
    }

    /// <summary>Whether times were moved while reading: written back, they pass like others; else they would be moved again and again, and never pass.</summary>
    public bool IsMoved { get; }

    /// <summary>Reads the state; a missing file is an empty state.</summary>
    /// <exception cref="InvalidDataException">The file is there and cannot be understood.</exception>
    public static GovernorState Read(string path, DateTimeOffset now)
    {
        FileInfo file = new(path);
        if (file.LinkTarget is not null)
        {
            throw new InvalidDataException($"'{path}' is a link.");
        }

        if (!file.Exists)
        {
            return new GovernorState([], isMoved: false);
        }

        string[] lines = file.Length > MaxBytes ? [] : File.ReadAllLines(path);
        if (lines is not [Header, ..])
        {
            throw new InvalidDataException($"'{path}' is not a rate limit's state.");
        }

        List<Entry> taken = [];
        foreach (string line in lines.Skip(1))
        {
            taken.Add(Entry.Parse(line) ?? throw new InvalidDataException($"'{path}' has a damaged line."));
        }

        // The clock was ahead and was set back: they were taken before now, nobody knows when. The latest counts as taken now, the others as long before.
        DateTimeOffset latest = taken.Select(static entry => entry.Time).DefaultIfEmpty(now).Max();
        TimeSpan ahead = latest - now;
        bool isMoved = ahead > TimeSpan.Zero;
        if (isMoved)
        {
            taken = [.. taken.Select(entry => entry.Time > now ? entry with { Time = entry.Time - ahead, IsMoved = true } : entry)];
        }

        return new GovernorState(taken.FindAll(entry => now - entry.Time < Day), isMoved);
    }

    /// <returns>Why the rate limit says no; null when it does not.</returns>
    public string? FindObjection(SnapshotCause cause, DateTimeOffset now, GovernorLimits limits)
    {
        if (_taken.Count >= limits.MaxPerDay)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{_taken.Count} snapshots {Were()} taken in the last 24 hours (MaxPerDay)");
        }

        int own = _taken.Count(entry => entry.Cause == cause);
        int ownCap = (limits.MaxPerDay + 1) / 2;
        if (own >= ownCap)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{own} snapshots {Were()} taken for this cause in the last 24 hours (half of MaxPerDay)");
        }

        foreach (Entry entry in _taken)
        {
            TimeSpan wait = (entry.Cause == cause ? limits.MinimumInterval : limits.MinimumInterval / 3) - (now - entry.Time);
            if (wait > TimeSpan.Zero)
            {
                string was = entry.IsMoved ? "counts as taken" : "was";
                string why = entry.IsMoved ? ", because the clock was ahead when it was taken" : "";
                return string.Create(CultureInfo.InvariantCulture, $"the last snapshot {was} {(now - entry.Time).TotalSeconds:F0} s ago{why}; the next may be taken in {wait.TotalSeconds:F0} s (MinimumInterval)");
            }
        }

        return null;
    }

    public void Add(SnapshotCause cause, DateTimeOffset now) => _taken.Add(new Entry(cause, now, IsMoved: false));

    /// <summary>Replaces the file in one step, so that a crash leaves the old state or the new one.</summary>
    public void Write(string path)
    {
        StringBuilder text = new(Header);
        foreach (Entry entry in _taken)
        {
            text.Append('\n').Append(entry);
        }

        string temporary = path + ".new";
        File.Delete(temporary);
        using (FileStream file = PrivateFile.Create(temporary))
        {
            file.Write(Encoding.UTF8.GetBytes(text.ToString()));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }

    private string Were() => _taken.Exists(static entry => entry.IsMoved) ? "count as" : "were";

    private readonly record struct Entry(SnapshotCause Cause, DateTimeOffset Time, bool IsMoved)
    {
        public static Entry? Parse(string line)
        {
            string[] fields = line.Split(' ');
            bool isMoved = fields is [_, _, MovedMark];
            return (isMoved || fields.Length == 2)
                && Enum.TryParse(fields[0], out SnapshotCause cause) && Enum.IsDefined(cause)
                && DateTimeOffset.TryParse(fields[1], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time)
                ? new Entry(cause, time, isMoved)
                : null;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Cause} {Time.UtcDateTime:O}{(IsMoved ? " " + MovedMark : "")}");
    }
}
