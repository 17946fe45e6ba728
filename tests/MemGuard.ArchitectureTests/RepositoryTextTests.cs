using System.Text.RegularExpressions;
using MemGuard.ArchitectureTests.Support;

namespace MemGuard.ArchitectureTests;

/// <summary>The repository speaks of MemGuard alone: no path, address or account of a machine that it was built on.</summary>
public sealed partial class RepositoryTextTests
{
    private static readonly string[] TextFiles =
        [".cs", ".md", ".csproj", ".props", ".targets", ".config", ".json", ".yml", ".yaml", ".txt", ".sh", ".xml", ".sln", ".editorconfig", ".gitignore", ".csv", ".html", ".js", ".css", ""];

    [Fact]
    public void Repository_EveryTextFile_NamesNoMachine() =>
        Assert.Empty(
            from path in Repository.Files(Repository.Root)
            where TextFiles.Contains(Path.GetExtension(path)) && Path.GetFileName(path) != ".git"
            from match in FindMachines(File.ReadAllText(path))
            select $"{Repository.RelativePath(path)}: {match}");

    [Fact]
    public void FindMachines_PathsAndAddresses_AreFound()
    {
        // Put together here so that this file itself is clean.
        string[] bad =
        [
            "/" + "home/alice/src", "/" + "root/.nuget", "/" + "work/main", "/" + "Users/bob/x", @"C:" + @"\Users\carol", "/" + "tmp/wt/x",
            "http://" + "10.1.2.3:8080/index.json", "https://" + "192.168.0.7/", "http://" + "build-host:5000/",
        ];

        Assert.All(bad, text => Assert.NotEmpty(FindMachines($"see {text} there")));
    }

    [Theory]
    [InlineData("GET http://127.0.0.1:5000/ and http://localhost:5000/x")]
    [InlineData("https://github.com/dotnet/runtime and http://0.0.0.0:0")]
    [InlineData("/proc/self/statm, /sys/fs/cgroup/memory, ../shop, src/work/item")]
    [InlineData(".NET 10.0.12 (10.0.12.45678), http://+:80, http://*:80")]
    public void FindMachines_OrdinaryText_IsClean(string text) => Assert.Empty(FindMachines(text));

    private static IEnumerable<string> FindMachines(string text) =>
        MachinePath().Matches(text).Concat(MachineAddress().Matches(text)).Select(match => match.Value).Distinct();

    [GeneratedRegex(@"(?<![\w.])/(home/\w+|root/|work/|Users/\w+|tmp/wt\b)|\b[A-Z]:\\Users\\\w+")]
    private static partial Regex MachinePath();

    // A number or a bare name as the host: public sites have a dot and no digits at their end.
    [GeneratedRegex(@"https?://(?!127\.0\.0\.1\b|0\.0\.0\.0\b|localhost\b|\[::1\])(\d+\.\d+\.\d+\.\d+|[a-z][\w-]*(?=[:/]))", RegexOptions.IgnoreCase)]
    private static partial Regex MachineAddress();
}
