using System.Text.RegularExpressions;
using AnalyzerScan;
using MemGuard.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers.Tests;

public sealed partial class RulesTests
{
    private static IEnumerable<DiagnosticDescriptor> All => Scan.Analyzers.SelectMany(static analyzer => analyzer.SupportedDiagnostics).OrderBy(static rule => rule.Id, StringComparer.Ordinal);

    public static TheoryData<string> Ids => [.. All.Select(static rule => rule.Id)];

    private static string Page => File.ReadAllText(Path.Combine(Repository.Root, "docs", "analyzers.md")).ReplaceLineEndings("\n");

    [Fact]
    public void Rules_Ids_AreEachOnceAndLeadToTheirHeading()
    {
        Assert.Equal(All.Select(static rule => rule.Id).Distinct(), All.Select(static rule => rule.Id));
        Assert.All(All, static rule => Assert.EndsWith($"docs/analyzers.md#{rule.Id.ToLowerInvariant()}", rule.HelpLinkUri, StringComparison.Ordinal));
        Assert.All(All, static rule => Assert.Contains($"\n## {rule.Id}\n\n**{rule.Title}** ({rule.DefaultSeverity})", Page, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Ids))]
    public async Task Page_FirstExampleOfARule_IsReportedAndTheSecondIsNot(string id)
    {
        string section = Page.Split($"\n## {id}\n")[1].Split("\n## ")[0];
        string[] examples = [.. Example().Matches(section).Select(static match => match.Groups[1].Value)];

        Assert.Equal(2, examples.Length);
        Assert.Equal(id, Assert.Single(await Analysis.ReportsAsync(examples[0])).Id);
        Assert.DoesNotContain(await Analysis.ReportsAsync(examples[1]), report => report.Id == id);
    }

    [Fact]
    public async Task OwnSources_EveryProduct_HaveNoReport()
    {
        SourceTree sources = new(Path.Combine(Repository.Root, "src"));
        List<string> reports = [];
        foreach (string project in sources.Projects)
        {
            reports.AddRange((await Scan.ReportsAsync(sources.Compile(project))).Select(static report => report.ToString()));
        }

        Assert.NotEmpty(sources.Projects);
        Assert.Equal(string.Empty, string.Join('\n', reports));
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();
}
