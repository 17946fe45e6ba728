using System.Globalization;
using System.Text;
using MemGuard.HeapSnapshots.Files;

namespace MemGuard.HeapSnapshots.Governor;

/// <summary>When snapshots were taken in the last day, kept in a file: a limit in memory would begin anew with every crash of a crash loop.</summary>
internal sealed class GovernorState
{
    private const string Header = "memguard-governor 1";
    private const int MaxBytes = 64 << 10;
    private static readonly TimeSpan Day = TimeSpan.FromHours(24);

    private readonly List<(SnapshotCause Cause, DateTimeOffset Time)> _taken;

    private GovernorState(List<(SnapshotCause Cause, DateTimeOffset Time)> taken) => _taken = taken;

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
            return new GovernorState([]);
        }

        string[] lines = file.Length > MaxBytes ? [] : File.ReadAllLines(path);
        if (lines is not [Header, ..])
        {
            throw new InvalidDataException($"'{path}' is not a rate limit's state.");
        }

        List<(SnapshotCause, DateTimeOffset)> taken = [];
        foreach (string line in lines.Skip(1))
        {
            if (line.Split(' ') is not [{ } name, { } text]
                || !Enum.TryParse(name, out SnapshotCause cause)
                || !DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time))
            {
                throw new InvalidDataException($"'{path}' has a damaged line.");
            }

            // The clock was set back: count it as taken now rather than never.
            time = time > now ? now : time;
            if (now - time < Day)
            {
                taken.Add((cause, time));
            }
        }

        return new GovernorState(taken);
    }

    /// <returns>Why the rate limit says no; null when it does not.</returns>
    public string? FindObjection(SnapshotCause cause, DateTimeOffset now, GovernorLimits limits)
    {
        if (_taken.Count >= limits.MaxPerDay)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{_taken.Count} snapshots were taken in the last 24 hours (MaxPerDay)");
        }

        int own = _taken.Count(entry => entry.Cause == cause);
        int ownCap = (limits.MaxPerDay + 1) / 2;
        if (own >= ownCap)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{own} snapshots were taken for this cause in the last 24 hours (half of MaxPerDay)");
        }

        foreach ((SnapshotCause taken, DateTimeOffset time) in _taken)
        {
            TimeSpan wait = (taken == cause ? limits.MinimumInterval : limits.MinimumInterval / 3) - (now - time);
            if (wait > TimeSpan.Zero)
            {
                return string.Create(CultureInfo.InvariantCulture, $"the last snapshot was {(now - time).TotalSeconds:F0} s ago; the next may be taken in {wait.TotalSeconds:F0} s (MinimumInterval)");
            }
        }

        return null;
    }

    public void Add(SnapshotCause cause, DateTimeOffset now) => _taken.Add((cause, now));

    /// <summary>Replaces the file in one step, so that a crash leaves the old state or the new one.</summary>
    public void Write(string path)
    {
        StringBuilder text = new(Header);
        foreach ((SnapshotCause cause, DateTimeOffset time) in _taken)
        {
            text.Append(CultureInfo.InvariantCulture, $"\n{cause} {time.UtcDateTime:O}");
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
}
