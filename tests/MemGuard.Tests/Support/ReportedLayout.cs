namespace MemGuard.Tests.Support;

/// <summary>What a process saw in an environment that somebody reported: the files, and what is right.</summary>
internal sealed class ReportedLayout
{
    private const string Mark = "=== ";
    private const string LongFile = "@@1MiB@@";

    private readonly Dictionary<string, string> _truth = [];

    private ReportedLayout(string name, string text)
    {
        Name = name;
        foreach (string section in text.Split(Mark, StringSplitOptions.RemoveEmptyEntries))
        {
            int end = section.IndexOf('\n', StringComparison.Ordinal);
            (string title, string content) = (section[..end], section[(end + 1)..]);
            if (title != "truth")
            {
                Files[title] = content.Replace(LongFile, Mounts(), StringComparison.Ordinal);
                continue;
            }

            foreach (string line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split('=', 2);
                _truth[parts[0]] = parts[1];
            }
        }
    }

    public static IReadOnlyList<ReportedLayout> All { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data", "Layouts"), "*.txt").Where(static path => !path.EndsWith(".maps.txt", StringComparison.Ordinal)).Order(StringComparer.Ordinal)
            .Select(static path => new ReportedLayout(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))];

    public string Name { get; }

    public FakeSystemFiles Files { get; } = new();

    public bool Tells(string key) => _truth.ContainsKey(key);

    /// <summary>Null where the truth is that nothing can be known.</summary>
    public long? GetNumber(string key) => _truth.TryGetValue(key, out string? value) && value != "-" ? long.Parse(value) : null;

    // The layers of thousands of images, as a machine that runs containers lists them.
    private static string Mounts() =>
        string.Concat(Enumerable.Range(0, 4500).Select(static i => $"{1000 + i} 21 0:{100 + i} / /var/lib/docker/overlay2/{i:x32}/merged rw,relatime shared:{i} - overlay overlay rw,lowerdir=/var/lib/docker/overlay2/l/{i:x26},upperdir=/var/lib/docker/overlay2/{i:x32}/diff,workdir=/work\n"));
}
