using System.Collections.Immutable;
using System.Linq;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0008: regular expressions, expression trees and scripts that are compiled on the way of a request.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class RunTimeCompilationAnalyzer : DiagnosticAnalyzer
{
    private const string Keep = "Keep the delegate in a static field, or by what it was made for in a bounded cache";
    private const string KeepRegex = "Use [GeneratedRegex] or a static field where the pattern is fixed, and no RegexOptions.Compiled where it is not";
    private const string KeepScript = "Each script is an assembly that is never unloaded: keep the compiled script, and bound how many there are";

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.CompiledAgain];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            RequestPath path = new(start.Compilation);
            start.RegisterOperationAction(context => Analyze(context, path), OperationKind.ObjectCreation, OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, RequestPath path)
    {
        if (WhatCompiles(context.Operation) is (string what, string next) && !context.Operation.IsKept(context.ContainingSymbol) && path.NameOf(context.Operation, context.ContainingSymbol) is { } place)
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.CompiledAgain, context.Operation.Syntax.GetLocation(), what, place, next));
        }
    }

    private static (string What, string Next)? WhatCompiles(IOperation operation) => operation switch
    {
        IObjectCreationOperation creation when IsNamed(creation.Type, "Regex", "System.Text.RegularExpressions") && creation.Arguments.Any(IsCompiled) => ("RegexOptions.Compiled", KeepRegex),
        IInvocationOperation { TargetMethod: { Name: "Compile" } method } when IsNamed(method.ContainingType, "LambdaExpression", "System.Linq.Expressions") || IsNamed(method.ContainingType, "Expression", "System.Linq.Expressions") => ("Expression.Compile", Keep),
        IInvocationOperation { TargetMethod: { Name: "EvaluateAsync" or "RunAsync" or "Create" } method } when IsNamed(method.ContainingType, "CSharpScript", "Microsoft.CodeAnalysis.CSharp.Scripting") => ("CSharpScript", KeepScript),
        _ => null,
    };

    private static bool IsCompiled(IArgumentOperation argument) =>
        argument.Parameter?.Type.Name == nameof(RegexOptions) && argument.Value.ConstantValue is { HasValue: true, Value: int options } && ((RegexOptions)options & RegexOptions.Compiled) != 0;

    private static bool IsNamed(ITypeSymbol? type, string name, string space) => type?.Name == name && type.ContainingNamespace?.ToDisplayString() == space;
}
