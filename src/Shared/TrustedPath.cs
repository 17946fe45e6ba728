using System.Globalization;

namespace MemGuard;

/// <summary>Tells whether somebody else could replace what lies below a path: every directory up to the root belongs to root or to this user.</summary>
/// <remarks>Links on the way are followed as the system does, and the directories behind them are looked at too: who owns the directory of a link may point it elsewhere.</remarks>
internal static class TrustedPath
{
    private const int MaxLinks = 40;

    /// <returns>A sentence about the first directory that belongs to somebody else; null when there is none. What is missing is left out: it will be made.</returns>
    public static string? FindStranger(string path)
    {
        if (!OperatingSystem.IsLinux())
        {
            return null;
        }

        Stack<string> ahead = new();
        Push(ahead, path);
        string current = "/";
        int links = 0;
        while (true)
        {
            if (!FileOwner.TryFind(current, out uint? owner))
            {
                return null;
            }

            if (owner is { } user && user != FileOwner.Root && user != FileOwner.Self)
            {
                return string.Create(CultureInfo.InvariantCulture, $"'{current}' belongs to another user (id {user}), who may replace what is inside");
            }

            if (!ahead.TryPop(out string? name))
            {
                return null;
            }

            string next = name == ".." ? Path.GetDirectoryName(current) ?? "/" : Path.Combine(current, name);
            if (new DirectoryInfo(next).LinkTarget is not { } target)
            {
                current = next;
                continue;
            }

            // The link's own directory has been looked at, and the link as such has no owner that matters.
            if (++links > MaxLinks)
            {
                return $"'{path}' leads through too many links";
            }

            Push(ahead, target);
            current = Path.IsPathRooted(target) ? "/" : current;
        }
    }

    private static void Push(Stack<string> ahead, string path)
    {
        foreach (string name in path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
        {
            if (name != ".")
            {
                ahead.Push(name);
            }
        }
    }
}
