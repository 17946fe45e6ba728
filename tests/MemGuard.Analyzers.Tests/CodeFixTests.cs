using System.Collections.Immutable;
using AnalyzerScan;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CodeActions;
using Microsoft.CodeAnalysis.CodeFixes;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace MemGuard.Analyzers.Tests;

public sealed class CodeFixTests
{
    private const string Usings = "using System.IO.Pipelines; using System.Threading; using System.Threading.Tasks;\n";

    [Fact]
    public async Task AwaitFlush_InAnAsyncMethod_AwaitsIt()
    {
        string fixedText = await FixAsync(new FlushAnalyzer(), new AwaitFlushFix(), "class C\n{\n    async Task M(PipeWriter writer)\n    {\n        // A comment.\n        _ = writer.FlushAsync();\n        await Task.Yield();\n    }\n}");

        Assert.Equal("class C\n{\n    async Task M(PipeWriter writer)\n    {\n        // A comment.\n        await writer.FlushAsync();\n        await Task.Yield();\n    }\n}", fixedText);
    }

    [Fact]
    public async Task AwaitFlush_InASynchronousMethod_IsNotOffered()
    {
        const string Text = "class C { void M(PipeWriter writer)\n{\n    writer.FlushAsync();\n} }";

        Assert.Equal(Text, await FixAsync(new FlushAnalyzer(), new AwaitFlushFix(), Text));
    }

    [Fact]
    public async Task Using_TokenThatEndsWithItsBlock_DeclaresIt()
    {
        string fixedText = await FixAsync(new NeverDisposedAnalyzer(), new UsingFix(), "class C { async Task M()\n{\n    var source = new CancellationTokenSource(1000);\n    await Task.Delay(1, source.Token);\n} }");

        Assert.Equal("class C { async Task M()\n{\n    using var source = new CancellationTokenSource(1000);\n    await Task.Delay(1, source.Token);\n} }", fixedText);
    }

    [Fact]
    public async Task Using_TokenThatSomebodyKeeps_IsNotOffered()
    {
        const string Text = "class C { CancellationToken _token; void M()\n{\n    var source = new CancellationTokenSource(1000);\n    _token = source.Token;\n} }";

        Assert.Equal(Text, await FixAsync(new NeverDisposedAnalyzer(), new UsingFix(), Text));
    }

    private static async Task<string> FixAsync(DiagnosticAnalyzer analyzer, CodeFixProvider provider, string text)
    {
        using AdhocWorkspace workspace = new();
        Document document = workspace.AddProject("Tested", LanguageNames.CSharp)
            .WithMetadataReferences(SourceTree.Framework)
            .WithCompilationOptions(new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary))
            .AddDocument("Test.cs", Usings + text);
        Compilation compilation = (await document.Project.GetCompilationAsync())!;
        Diagnostic report = Assert.Single(await compilation.WithAnalyzers([analyzer]).GetAnalyzerDiagnosticsAsync());
        List<CodeAction> actions = [];
        await provider.RegisterCodeFixesAsync(new CodeFixContext(document, report, (action, _) => actions.Add(action), CancellationToken.None));
        if (actions.Count == 0)
        {
            return text;
        }

        ImmutableArray<CodeActionOperation> operations = await Assert.Single(actions).GetOperationsAsync(CancellationToken.None);
        Document changed = operations.OfType<ApplyChangesOperation>().Single().ChangedSolution.GetDocument(document.Id)!;
        Assert.Empty((await changed.Project.GetCompilationAsync())!.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
        return (await changed.GetTextAsync()).ToString()[Usings.Length..];
    }
}
