using System.Text;

namespace MemGuard.Containers;

/// <summary>Which generation of control groups limits the process's memory.</summary>
internal enum CgroupVersion
{
    /// <summary>No memory control group was found.</summary>
    None,

    /// <summary>The memory controller of the first generation, alone or in a hybrid mount.</summary>
    V1,

    /// <summary>The unified hierarchy.</summary>
    V2,
}

/// <summary>Where the process's memory control group is in the file system.</summary>
/// <param name="Version">The generation that holds the memory controller.</param>
/// <param name="MountPoint">The top of the visible hierarchy.</param>
/// <param name="Directory">The process's own group: the mount point or below it.</param>
internal sealed record CgroupMount(CgroupVersion Version, string MountPoint, string Directory)
{
    /// <summary>Finds the group from the two files that describe it.</summary>
    /// <param name="cgroup">The content of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mountInfo">The lines of <c>/proc/self/mountinfo</c>.</param>
    /// <returns>Null when the process is in no memory group that it can see.</returns>
    public static CgroupMount? Find(string? cgroup, SystemLines? mountInfo)
    {
        if (string.IsNullOrEmpty(cgroup) || mountInfo is null)
        {
            return null;
        }

        List<string> mounts = ReadMounts(mountInfo);

        // In a hybrid layout both lines exist: the memory controller belongs to whichever hierarchy names it.
        return FindV1Path(cgroup) is { } v1 ? FindMount(mounts, v1, CgroupVersion.V1)
            : FindV2Path(cgroup) is { } v2 ? FindMount(mounts, v2, CgroupVersion.V2)
            : null;
    }

    /// <summary>Whether the process is in a memory group of which nothing can be seen: its mount is hidden, or it was removed.</summary>
    /// <param name="cgroup">The content of <c>/proc/self/cgroup</c>.</param>
    /// <param name="mount">What was found with it.</param>
    public static bool IsHidden(string? cgroup, CgroupMount? mount) =>
        !string.IsNullOrEmpty(cgroup)
        && (FindV1Path(cgroup) ?? FindV2Path(cgroup)) is { } path
        && ((mount is null && (path != "/" || FindV1Path(cgroup) is not null)) || path.EndsWith(" (deleted)", StringComparison.Ordinal));

    private static string? FindV1Path(string cgroup) => FindPath(cgroup, static (id, controllers) => id != "0" && HasItem(controllers, "memory"));

    private static string? FindV2Path(string cgroup) => FindPath(cgroup, static (id, controllers) => id == "0" && controllers.Length == 0);

    /// <summary>The mounts of control groups: a few among the thousands that a machine of containers may have.</summary>
    private static List<string> ReadMounts(SystemLines mountInfo)
    {
        List<string> mounts = [];
        while (mountInfo.TryRead(out ReadOnlySpan<byte> line))
        {
            if (line.IndexOf(" - cgroup"u8) >= 0)
            {
                mounts.Add(Encoding.UTF8.GetString(line));
            }
        }

        return mounts;
    }

    private static string? FindPath(string cgroup, Func<string, string, bool> isWanted)
    {
        foreach (string line in CompleteLines(cgroup))
        {
            // The path itself may contain colons.
            string[] parts = line.Split(':', 3);
            if (parts.Length == 3 && parts[2].StartsWith('/') && isWanted(parts[0], parts[1]))
            {
                return parts[2];
            }
        }

        return null;
    }

    private static CgroupMount? FindMount(List<string> mounts, string path, CgroupVersion version)
    {
        // A group outside the reader's namespace is shown as /../..: nothing visible corresponds to it.
        if (IsOutside(path))
        {
            return null;
        }

        CgroupMount? best = null;
        int bestRank = -1;
        foreach (string line in mounts)
        {
            if (TryParseMount(line, version) is not (string root, string mountPoint))
            {
                continue;
            }

            // The mount that shows the most specific part of the hierarchy containing the path. A root that does not contain
            // it is a container's own view without a group namespace: the mount point is then the process's group.
            string? below = Below(root, path);
            int rank = below is null ? 0 : 1 + root.Length;
            if (rank > bestRank)
            {
                bestRank = rank;
                best = new CgroupMount(version, mountPoint, below is null ? mountPoint : Join(mountPoint, below));
            }
        }

        return best;
    }

    private static (string Root, string MountPoint)? TryParseMount(string line, CgroupVersion version)
    {
        // 36 35 98:0 /root /mount/point options optional… - type source super-options
        int dash = line.IndexOf(" - ", StringComparison.Ordinal);
        if (dash < 0)
        {
            return null;
        }

        // Most lines are of another controller: of those nothing is taken apart.
        string[] after = line[(dash + 3)..].Split(' ');
        bool isWanted = after.Length >= 3 && (version == CgroupVersion.V2 ? after[0] == "cgroup2" : after[0] == "cgroup" && HasItem(after[2], "memory"));
        string[] before = isWanted ? line[..dash].Split(' ') : [];
        if (before.Length < 6)
        {
            return null;
        }

        string root = Unescape(before[3]);
        string mountPoint = Unescape(before[4]);
        return root.StartsWith('/') && mountPoint.StartsWith('/') && !IsOutside(root) ? (root, mountPoint) : null;
    }

    /// <summary>The part of the path below the root, or null when it is not below it.</summary>
    private static string? Below(string root, string path)
    {
        if (root == "/")
        {
            return path;
        }

        return path.StartsWith(root, StringComparison.Ordinal) && (path.Length == root.Length || path[root.Length] == '/')
            ? path[root.Length..]
            : null;
    }

    private static bool IsOutside(string path) => path.Split('/').Contains("..", StringComparer.Ordinal);

    private static string Join(string mountPoint, string below)
    {
        string tail = below.TrimEnd('/');
        return tail.Length == 0 ? mountPoint : mountPoint.TrimEnd('/') + tail;
    }

    private static string[] CompleteLines(string text)
    {
        int end = text.LastIndexOf('\n');
        return end < 0 ? [] : text[..end].Split('\n');
    }

    private static bool HasItem(string list, string item) => list.Split(',').Contains(item, StringComparer.Ordinal);

    /// <summary>Undoes the octal escapes of spaces, tabs, line ends and backslashes.</summary>
    private static string Unescape(string field)
    {
        if (!field.Contains('\\', StringComparison.Ordinal))
        {
            return field;
        }

        StringBuilder plain = new(field.Length);
        for (int i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 3 < field.Length && IsOctal(field[i + 1]) && IsOctal(field[i + 2]) && IsOctal(field[i + 3]))
            {
                plain.Append((char)(((field[i + 1] - '0') << 6) + ((field[i + 2] - '0') << 3) + (field[i + 3] - '0')));
                i += 3;
            }
            else
            {
                plain.Append(field[i]);
            }
        }

        return plain.ToString();
    }

    private static bool IsOctal(char c) => c is >= '0' and <= '7';
}
