using System.Text.RegularExpressions;
using MemGuard.Alerts;
using MemGuard.ArchitectureTests.Support;
using MemGuard.Triage;

namespace MemGuard.ArchitectureTests;

/// <summary>Links between the repository's documents lead somewhere, and so does the link at the end of every alert.</summary>
public sealed partial class DocumentationLinkTests
{
    [Fact]
    public void Documentation_EveryRelativeLink_LeadsToAFileAndAHeading() =>
        Assert.Equal(string.Empty, string.Join('\n', Repository.Files(Repository.Root, "*.md").SelectMany(FindBroken)));

    [Fact]
    public void AlertText_EveryProblem_HasItsHeadingInTriage()
    {
        HashSet<string> anchors = [.. FindAnchors(Repository.Read("docs", "triage.md"))];

        Assert.All(Enum.GetValues<MemoryProblem>().Where(problem => problem != MemoryProblem.None), problem => Assert.Contains(AlertText.Anchor(problem), anchors));
    }

    [Fact]
    public void FindBrokenLinks_MissingFileAndHeading_AreFound()
    {
        string text = "[fine](README.md) [also](docs/triage.md#managed-leak) [outside](https://example.org) [own](#here) [lost](docs/none.md) [gone](docs/triage.md#nothing)\n\n# Here\n";

        Assert.Equal(["docs/none.md", "docs/triage.md#nothing"], FindBrokenLinks(text, Repository.PathOf("README.md")));
    }

    [Theory]
    [InlineData("## managed-leak", "managed-leak")]
    [InlineData("# How MemGuard thinks", "how-memguard-thinks")]
    [InlineData("## Trends: a leak or a `warm-up`?", "trends-a-leak-or-a-warm-up")]
    [InlineData("<a id=\"gc-thrash\"></a>", "gc-thrash")]
    public void FindAnchors_Heading_IsAsTheHostingSiteMakesIt(string heading, string anchor) =>
        Assert.Equal([anchor], FindAnchors(heading + "\n"));

    private static IEnumerable<string> FindBroken(string path) =>
        FindBrokenLinks(File.ReadAllText(path), path).Select(link => $"{Repository.RelativePath(path)}: {link}");

    private static IEnumerable<string> FindBrokenLinks(string text, string path)
    {
        foreach (Match match in Link().Matches(Fence().Replace(text, string.Empty)))
        {
            string link = match.Groups["target"].Value;
            string[] parts = link.Split('#', 2);
            string file = parts[0].Length == 0 ? path : Path.GetFullPath(parts[0], Path.GetDirectoryName(path)!);
            if (!File.Exists(file) && !Directory.Exists(file))
            {
                yield return link;
            }
            else if (parts.Length == 2 && !FindAnchors(file == path ? text : File.ReadAllText(file)).Contains(parts[1]))
            {
                yield return link;
            }
        }
    }

    private static IEnumerable<string> FindAnchors(string markdown)
    {
        string text = Fence().Replace(markdown, string.Empty);
        return Heading().Matches(text).Select(match => Dropped().Replace(match.Groups["text"].Value.Trim(), string.Empty).Replace(' ', '-').ToLowerInvariant())
            .Concat(Anchor().Matches(text).Select(static match => match.Groups["id"].Value));
    }

    [GeneratedRegex(@"\]\((?!\w+:)(?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^```.*?^```", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^<a id=\"(?<id>[^\"]+)\"></a>$", RegexOptions.Multiline)]
    private static partial Regex Anchor();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex Dropped();
}
