using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Diagnostics;

namespace AnalyzerScan;

/// <summary>Runs the analyzers over compilations.</summary>
internal static class Scan
{
    /// <summary>Every analyzer of MemGuard.</summary>
    public static ImmutableArray<DiagnosticAnalyzer> Analyzers { get; } =
    [
        .. typeof(MemGuard.Analyzers.StaticCollectionAnalyzer).Assembly.GetTypes()
            .Where(static type => type.IsSubclassOf(typeof(DiagnosticAnalyzer)))
            .Select(static type => (DiagnosticAnalyzer)Activator.CreateInstance(type)!),
    ];

    /// <exception cref="InvalidOperationException">An analyzer failed.</exception>
    public static async Task<ImmutableArray<Diagnostic>> ReportsAsync(CSharpCompilation compilation)
    {
        CompilationWithAnalyzersOptions options = new(new AnalyzerOptions([]), static (exception, analyzer, _) => throw new InvalidOperationException($"{analyzer} failed.", exception), concurrentAnalysis: true, logAnalyzerExecutionTime: false);
        return await compilation.WithAnalyzers(Analyzers, options).GetAnalyzerDiagnosticsAsync().ConfigureAwait(false);
    }

    /// <summary>How many files there are, and in how many every name is known.</summary>
    public static (int All, int Bound) CountFiles(CSharpCompilation compilation)
    {
        HashSet<string> broken = [.. compilation.GetDiagnostics().Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Select(static diagnostic => diagnostic.Location.SourceTree?.FilePath ?? string.Empty)];
        string[] files = [.. compilation.SyntaxTrees.Select(static tree => tree.FilePath).Where(static path => path.Length > 0)];
        return (files.Length, files.Count(file => !broken.Contains(file)));
    }
}
