using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0003: timers and timed or linked token sources that nobody can dispose of, or nobody does.</summary>
/// <remarks>A value that leaves the method, or of which any use is not understood, is somebody else's to dispose of: nothing is said.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class NeverDisposedAnalyzer : DiagnosticAnalyzer
{
    /// <summary>The property of a report that may be repaired by <c>using</c>.</summary>
    internal const string CanBeUsing = nameof(CanBeUsing);

    private static readonly ImmutableDictionary<string, string?> WithFix = ImmutableDictionary<string, string?>.Empty.Add(CanBeUsing, "true");

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.NeverDisposed];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            TimedTypes types = new(start.Compilation);
            start.RegisterOperationAction(context => Analyze(context, types), OperationKind.ObjectCreation, OperationKind.Invocation);
        });
    }

    private static void Analyze(OperationAnalysisContext context, TimedTypes types)
    {
        IOperation made = context.Operation;
        if (types.ConsequenceOf(made) is not { } consequence || context.ContainingSymbol.IsEntryPoint())
        {
            return;
        }

        string name = made is IInvocationOperation ? "The linked CancellationTokenSource" : $"The {made.Type!.Name}";
        if (made.IsDiscarded() || IsLostAfterItsToken(made))
        {
            context.ReportDiagnostic(Diagnostic.Create(Rules.NeverDisposed, made.Syntax.GetLocation(), name, consequence));
        }
        else if (made.DeclaredLocal() is { } local && !IsUsing(made))
        {
            DisposableLocal uses = new(local, made.Root());
            if (!uses.MayBeDisposed && types.IsTimed(made, uses))
            {
                bool canBeUsing = uses.EndsWithItsBlock && made.Syntax.FirstAncestorOrSelf<LocalDeclarationStatementSyntax>() is { Parent: BlockSyntax, Declaration.Variables.Count: 1 };
                context.ReportDiagnostic(Diagnostic.Create(Rules.NeverDisposed, made.Syntax.GetLocation(), canBeUsing ? WithFix : null, $"{name} '{local.Name}'", consequence));
            }
        }
    }

    // new CancellationTokenSource(timeout).Token: the source itself is gone.
    private static bool IsLostAfterItsToken(IOperation made) => made.User() is IPropertyReferenceOperation { Property.Name: "Token" };

    private static bool IsUsing(IOperation made) => made.Ancestors().TakeWhile(static each => each is not IBlockOperation).Any(static each => each is IUsingOperation or IUsingDeclarationOperation);
}
