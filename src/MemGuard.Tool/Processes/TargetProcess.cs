using System.Globalization;
using System.Text;

namespace MemGuard.Tool.Processes;

/// <summary>A process as <c>/proc</c> shows it. What cannot be read is null: it has ended, or is somebody else's.</summary>
internal sealed class TargetProcess(int id)
{
    private const string HookName = "MemGuard.Hook.dll";

    public int Id => id;

    public bool Exists => Directory.Exists(Proc(string.Empty));

    /// <summary>Its effective user.</summary>
    public uint? User => ReadStatus("Uid:") is { } line && uint.TryParse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint user) ? user : null;

    /// <summary>Its id where it lives: in a container it has another one.</summary>
    public int InnerId => ReadStatus("NSpid:") is { } line && int.TryParse(line.Split('\t', StringSplitOptions.RemoveEmptyEntries)[^1], NumberStyles.None, CultureInfo.InvariantCulture, out int inner) ? inner : id;

    /// <summary>Its working set.</summary>
    public long? WorkingSetBytes => ReadStatus("VmRSS:") is { } line && long.TryParse(line.Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[0], NumberStyles.None, CultureInfo.InvariantCulture, out long kilobytes) ? kilobytes << 10 : null;

    /// <summary>The root of its file system, as this process sees it.</summary>
    public string Root => Proc("root");

    /// <summary>Whether it sees the same files: it is in no container of its own.</summary>
    public bool SharesFiles => Link("ns/mnt") is { } mounts && mounts == new FileInfo("/proc/self/ns/mnt").LinkTarget && Link("root") == "/";

    /// <summary>Its temporary directory, by its own name.</summary>
    public string Temporary => ReadVariable("TMPDIR") is { Length: > 0 } configured ? configured : "/tmp";

    /// <summary>A path of its, as this process reaches it.</summary>
    public string Reach(string path) => SharesFiles ? path : Root + path;

    /// <summary>The first stage of a hook that is in it already, by its own name of the path; null when none is.</summary>
    public string? FindHook() => FindMapped(HookName);

    /// <summary>Whether it has MemGuard, its own or attached.</summary>
    public bool HasMemGuard => FindMapped("MemGuard.dll") is not null;

    public string? ReadVariable(string name)
    {
        string prefix = name + "=";
        return ReadText("environ")?.Split('\0').FirstOrDefault(entry => entry.StartsWith(prefix, StringComparison.Ordinal))?[prefix.Length..];
    }

    public string CommandLine => ReadText("cmdline")?.TrimEnd('\0').Replace('\0', ' ') ?? string.Empty;

    private string? FindMapped(string name)
    {
        foreach (string line in (ReadText("maps") ?? string.Empty).Split('\n'))
        {
            int start = line.IndexOf('/', StringComparison.Ordinal);
            if (start >= 0 && line.EndsWith("/" + name, StringComparison.Ordinal))
            {
                return line[start..];
            }
        }

        return null;
    }

    private string? ReadStatus(string field)
    {
        foreach (string line in (ReadText("status") ?? string.Empty).Split('\n'))
        {
            if (line.StartsWith(field, StringComparison.Ordinal))
            {
                return line[field.Length..].Trim();
            }
        }

        return null;
    }

    private string? ReadText(string name)
    {
        try
        {
            return Encoding.UTF8.GetString(File.ReadAllBytes(Proc(name)));
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string? Link(string name)
    {
        try
        {
            return new FileInfo(Proc(name)).LinkTarget;
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private string Proc(string name) => string.Create(CultureInfo.InvariantCulture, $"/proc/{id}/{name}");
}
