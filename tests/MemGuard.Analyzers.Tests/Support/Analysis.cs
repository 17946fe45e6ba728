using System.Text.RegularExpressions;
using AnalyzerScan;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace MemGuard.Analyzers.Tests.Support;

/// <summary>Runs the analyzers over text. A line that must be reported ends with the rule's id as a comment; all others must not be.</summary>
internal static partial class Analysis
{
    private const string Usings =
        """
        global using System; global using System.Collections.Concurrent; global using System.Collections.Generic; global using System.IO; global using System.IO.Pipelines; global using System.Net.Http; global using System.Linq; global using System.Reflection;
        global using System.Linq.Expressions; global using System.Text.RegularExpressions; global using System.Threading; global using System.Threading.Tasks; global using System.Xml.Serialization;
        global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Http; global using Microsoft.AspNetCore.Mvc; global using Microsoft.Extensions.Caching.Memory;
        global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting;
        """;

    public static async Task CheckAsync(string text)
    {
        string[] expected = [.. text.Split('\n').Select(static (line, index) => (Match: Marker().Match(line), Line: index + 1)).Where(static each => each.Match.Success).Select(static each => $"{each.Line}: {each.Match.Groups[1].Value}")];

        Assert.Equal(expected, (await ReportsAsync(text)).Select(static report => $"{LineOf(report)}: {report.Id}"));
    }

    /// <summary>What is reported for text that must compile, in the order of its lines.</summary>
    public static async Task<IReadOnlyList<Diagnostic>> ReportsAsync(string text)
    {
        CSharpCompilation compilation = Compile(text);
        Assert.Empty(compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return [.. (await Scan.ReportsAsync(compilation)).OrderBy(static report => report.Location.SourceSpan.Start)];
    }

    private static CSharpCompilation Compile(string text)
    {
        CSharpParseOptions options = new(LanguageVersion.Preview);
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, options, "Test.cs");
        bool isProgram = tree.GetRoot().ChildNodes().Any(static node => node.IsKind(SyntaxKind.GlobalStatement));
        return CSharpCompilation.Create(
            "Tested",
            [tree, CSharpSyntaxTree.ParseText(Usings, options)],
            SourceTree.Framework,
            new CSharpCompilationOptions(isProgram ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable));
    }

    private static int LineOf(Diagnostic report) => report.Location.GetLineSpan().StartLinePosition.Line + 1;

    [GeneratedRegex("// (MG[0-9]{4})")]
    private static partial Regex Marker();
}
