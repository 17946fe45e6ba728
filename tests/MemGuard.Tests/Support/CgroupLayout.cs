namespace MemGuard.Tests.Support;

/// <summary>A layout of control groups, modelled on what a runtime sets up: the files, and what must be read from them.</summary>
internal sealed class CgroupLayout
{
    private const string Mark = "=== ";

    private readonly Dictionary<string, string> _expected = [];
    private readonly Dictionary<string, string> _files = [];

    private CgroupLayout(string name, string text)
    {
        Name = name;
        foreach (string section in text.Split(Mark, StringSplitOptions.RemoveEmptyEntries))
        {
            int end = section.IndexOf('\n', StringComparison.Ordinal);
            (string title, string content) = (section[..end], section[(end + 1)..]);
            if (title != "expected")
            {
                _files[title] = content;
                continue;
            }

            foreach (string line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split('=', 2);
                _expected[parts[0]] = parts[1];
            }
        }
    }

    public static IReadOnlyList<CgroupLayout> All { get; } =
        [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Data", "Cgroups"), "*.txt").Order(StringComparer.Ordinal)
            .Select(static path => new CgroupLayout(Path.GetFileNameWithoutExtension(path), File.ReadAllText(path)))];

    public string Name { get; }

    public FakeSystemFiles CreateFiles()
    {
        FakeSystemFiles files = new();
        foreach ((string path, string content) in _files)
        {
            files[path] = content;
        }

        return files;
    }

    public string? GetText(string key) => _expected.TryGetValue(key, out string? value) && value.Length > 0 ? value : null;

    public long? GetNumber(string key) => GetText(key) is { } value ? long.Parse(value) : null;
}
