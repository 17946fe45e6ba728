using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.ArchitectureTests;

/// <summary>A place that hands code to the runtime so that an exception in it would end the process or reach the host.</summary>
/// <param name="Member">The member that does it.</param>
/// <param name="Registration">What it hands the code to.</param>
internal sealed record CallbackSite(string Member, string Registration)
{
    private static readonly HashSet<string> Registrations =
    [
        "System.Threading.Timer..ctor",
        "System.Timers.Timer..ctor",
        "System.TimeProvider.CreateTimer",
        "System.Threading.Thread..ctor",
        "System.Threading.ThreadPool.QueueUserWorkItem",
        "System.Threading.ThreadPool.UnsafeQueueUserWorkItem",
        "System.Threading.ThreadPool.RegisterWaitForSingleObject",
        "System.Threading.ThreadPool.UnsafeRegisterWaitForSingleObject",
        "System.Threading.SynchronizationContext.Post",
        "System.Threading.CancellationToken.Register",
        "System.Threading.CancellationToken.UnsafeRegister",
        "System.Runtime.InteropServices.PosixSignalRegistration.Create",
        "System.Diagnostics.Metrics.Meter.CreateObservableCounter",
        "System.Diagnostics.Metrics.Meter.CreateObservableGauge",
        "System.Diagnostics.Metrics.Meter.CreateObservableUpDownCounter",
    ];

    /// <summary>What is thrown while the process ends changes its exit code.</summary>
    private static readonly HashSet<string> EndingEvents = ["System.AppDomain.FirstChanceException", "System.AppDomain.UnhandledException", "System.AppDomain.ProcessExit"];

    public static IReadOnlyList<CallbackSite> FindAll(Compilation compilation)
    {
        HashSet<CallbackSite> found = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes())
            {
                if (Describe(model, node) is string registration)
                {
                    found.Add(new CallbackSite(MemberOf(model, node), registration));
                }
            }
        }

        return [.. found.OrderBy(static site => (site.Member, site.Registration))];
    }

    private static string? Describe(SemanticModel model, SyntaxNode node)
    {
        switch (node)
        {
            case DestructorDeclarationSyntax:
                return "finalizer";
            case MethodDeclarationSyntax when model.GetDeclaredSymbol(node) is IMethodSymbol { IsAsync: true, ReturnsVoid: true }:
                return "async void";
            case InvocationExpressionSyntax or BaseObjectCreationExpressionSyntax:
                // Candidates too: with an argument that does not compile here the call is still the call.
                SymbolInfo info = model.GetSymbolInfo(node);
                IMethodSymbol? called = (info.Symbol ?? info.CandidateSymbols.FirstOrDefault()) as IMethodSymbol;
                string? name = called is null ? null : $"{called.ContainingType.OriginalDefinition.ToDisplayString()}.{called.Name}";
                return name is not null && Registrations.Contains(name) ? name : null;
            case AssignmentExpressionSyntax { RawKind: (int)SyntaxKind.AddAssignmentExpression } assignment when model.GetSymbolInfo(assignment.Left).Symbol is IEventSymbol raised:
                string source = $"{raised.ContainingType.ToDisplayString()}.{raised.Name}";
                return EndingEvents.Contains(source) ? source : null;
            default:
                return null;
        }
    }

    private static string MemberOf(SemanticModel model, SyntaxNode node)
    {
        ISymbol? symbol = node is MemberDeclarationSyntax ? model.GetDeclaredSymbol(node) : model.GetEnclosingSymbol(node.SpanStart);
        while (symbol is IMethodSymbol { MethodKind: MethodKind.AnonymousFunction or MethodKind.LocalFunction })
        {
            symbol = symbol.ContainingSymbol;
        }

        string type = symbol?.ContainingType?.OriginalDefinition.ToDisplayString() ?? string.Empty;
        return symbol is INamedTypeSymbol named ? named.OriginalDefinition.ToDisplayString() : $"{type}.{symbol?.Name}";
    }
}
