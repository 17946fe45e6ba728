namespace MemGuard.ArchitectureTests.Support;

/// <summary>The files of the repository that the tests were built from.</summary>
internal static class Repository
{
    private static readonly string[] NotSource = ["bin", "obj", "artifacts", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    public static string Read(params string[] parts) => File.ReadAllText(PathOf(parts));

    /// <summary>All files below a folder, without build output and hidden folders other than <c>.ci</c>.</summary>
    public static IEnumerable<string> Files(string folder, string pattern = "*")
    {
        foreach (string file in Directory.EnumerateFiles(folder, pattern))
        {
            yield return file;
        }

        foreach (string child in Directory.EnumerateDirectories(folder))
        {
            string name = Path.GetFileName(child);
            if (NotSource.Contains(name) || (name[0] == '.' && name != ".ci"))
            {
                continue;
            }

            foreach (string file in Files(child, pattern))
            {
                yield return file;
            }
        }
    }

    public static string RelativePath(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "MemGuard.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("MemGuard.sln is in no parent folder of the tests.");
    }
}
