using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0005: the answer of a pipe's flush, which is where backpressure comes from, is thrown away.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class FlushAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.FlushIgnored];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("System.IO.Pipelines.PipeWriter") is not { } writer)
            {
                return;
            }

            start.RegisterOperationAction(
                context =>
                {
                    IInvocationOperation call = (IInvocationOperation)context.Operation;
                    if (call.TargetMethod is { Name: "FlushAsync" or "WriteAsync" } method && method.ContainingType.Is(writer) && call.IsDiscarded())
                    {
                        context.ReportDiagnostic(Diagnostic.Create(Rules.FlushIgnored, call.Syntax.GetLocation(), method.Name));
                    }
                },
                OperationKind.Invocation);
        });
    }
}
