using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0004: a callback that is left with a token of the caller's or of a field, which may live longer than the call.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RegistrationAnalyzer : DiagnosticAnalyzer
{
    // What a service's start and its run are given ends with the service.
    private static readonly HashSet<string> OncePerService = ["StartAsync", "StartingAsync", "StartedAsync", "ExecuteAsync", "StopAsync", "Configure", "ConfigureServices", "InitializeAsync", "Initialize", "RunAsync", "Run", "Start"];

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.RegistrationKept];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            if (start.Compilation.GetTypeByMetadataName("System.Threading.CancellationToken") is { } token)
            {
                start.RegisterOperationAction(context => Analyze(context, token), OperationKind.Invocation);
            }
        });
    }

    private static void Analyze(OperationAnalysisContext context, INamedTypeSymbol token)
    {
        IInvocationOperation call = (IInvocationOperation)context.Operation;
        if (call.TargetMethod.Name is "Register" or "UnsafeRegister"
            && SymbolEqualityComparer.Default.Equals(call.TargetMethod.ContainingType, token)
            && call.IsDiscarded()
            && LongerLived(call.Instance?.Unwrapped()) is { } name
            && context.ContainingSymbol is IMethodSymbol { MethodKind: MethodKind.Ordinary } method
            && !OncePerService.Contains(method.Name)
            && !method.RunsAtStart())
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.RegistrationKept, call.Syntax.GetLocation(), name));
        }
    }

    // A parameter of the method itself: that of a lambda belongs to whoever calls the lambda, and often ends with it.
    private static string? LongerLived(IOperation? token) => token switch
    {
        IParameterReferenceOperation { Parameter: { RefKind: RefKind.None, ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Ordinary } } parameter } => parameter.Name,
        IFieldReferenceOperation { Field: var field } => field.Name,
        _ => null,
    };
}
