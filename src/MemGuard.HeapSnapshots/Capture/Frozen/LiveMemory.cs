using System.Globalization;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>What the process may still take, read now and not at the last tick: a copied process takes memory faster than the ticks come.</summary>
internal sealed class LiveMemory
{
    private const string Version1 = "/sys/fs/cgroup/memory";
    private const string Version2 = "/sys/fs/cgroup";

    private readonly List<Group> _groups = [];

    /// <summary>Finds the memory groups of this process, from its own to the outermost that can be seen.</summary>
    public LiveMemory()
    {
        try
        {
            foreach (string line in File.ReadLines("/proc/self/cgroup"))
            {
                string[] parts = line.Split(':', 3);
                if (parts is ["0", "", { } path])
                {
                    AddGroups(Version2, path, "memory.max", "memory.current", "inactive_file ");
                }
                else if (parts.Length == 3 && parts[1].Split(',').Contains("memory"))
                {
                    AddGroups(Version1, parts[2], "memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file ");
                }
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // Without groups the machine's memory is the limit.
        }
    }

    /// <returns>Bytes to the nearest limit; null when nothing tells.</returns>
    public long? ReadFreeBytes()
    {
        long? free = ReadEntry("/proc/meminfo", "MemAvailable:") * 1024;
        foreach (Group group in _groups)
        {
            if (ReadNumber(group.LimitPath) is { } limit && ReadNumber(group.UsagePath) is { } usage)
            {
                // File cache that nobody has used lately is given up before anything is killed.
                long left = limit - usage + (ReadEntry(group.StatPath, group.CacheEntry) ?? 0);
                free = Math.Min(free ?? long.MaxValue, Math.Max(left, 0));
            }
        }

        return free;
    }

    private void AddGroups(string mount, string path, string limit, string usage, string cacheEntry)
    {
        // In a container the path may be the host's, which is not there: then the mount itself is the group.
        for (string current = Directory.Exists(mount + path) ? mount + path.TrimEnd('/') : mount; current.Length >= mount.Length; current = Path.GetDirectoryName(current)!)
        {
            string limitPath = Path.Combine(current, limit);
            if (File.Exists(limitPath))
            {
                _groups.Add(new Group(limitPath, Path.Combine(current, usage), Path.Combine(current, "memory.stat"), cacheEntry));
            }
        }
    }

    // "max" is no number and no limit.
    private static long? ReadNumber(string path) => long.TryParse(TryRead(path), NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;

    private static long? ReadEntry(string path, string name)
    {
        string text = TryRead(path);
        int start = text.StartsWith(name, StringComparison.Ordinal) ? 0 : text.IndexOf("\n" + name, StringComparison.Ordinal) + 1;
        if (!text.AsSpan(start).StartsWith(name, StringComparison.Ordinal))
        {
            return null;
        }

        ReadOnlySpan<char> rest = text.AsSpan(start + name.Length).TrimStart();
        int end = rest.IndexOfAnyExceptInRange('0', '9');
        return long.TryParse(end < 0 ? rest : rest[..end], NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : null;
    }

    private static string TryRead(string path)
    {
        try
        {
            return File.ReadAllText(path).TrimEnd();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private sealed record Group(string LimitPath, string UsagePath, string StatPath, string CacheEntry);
}
