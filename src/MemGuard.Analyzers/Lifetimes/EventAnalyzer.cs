using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0006: an event that outlives its subscriber, which never unsubscribes.</summary>
/// <remarks>
/// A static event outlives everything. An object that was handed to the constructor is only believed to where the subscriber says itself that its life is
/// the shorter one: it is disposable, a controller, a component.
/// </remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class EventAnalyzer : DiagnosticAnalyzer
{
    private static readonly string[] ShortLived = ["System.IDisposable", "System.IAsyncDisposable", "Microsoft.AspNetCore.Mvc.ControllerBase", "Microsoft.AspNetCore.Components.ComponentBase", "Microsoft.AspNetCore.SignalR.Hub"];

    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.EventKept];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            HashSet<INamedTypeSymbol> shortLived = start.Compilation.FindTypes(ShortLived);
            INamedTypeSymbol? hosted = start.Compilation.GetTypeByMetadataName("Microsoft.Extensions.Hosting.IHostedService");
            start.RegisterSymbolStartAction(
                context =>
                {
                    INamedTypeSymbol type = (INamedTypeSymbol)context.Symbol;
                    if (type is { TypeKind: TypeKind.Class, IsStatic: false } && !type.Is(hosted))
                    {
                        Watch(context, type, shortLived.Any(each => type.Is(each)));
                    }
                },
                SymbolKind.NamedType);
        });
    }

    private static void Watch(SymbolStartAnalysisContext context, INamedTypeSymbol type, bool isShortLived)
    {
        ConcurrentBag<(IEventAssignmentOperation Place, IEventSymbol Event, ISymbol? Source)> added = [];
        ConcurrentDictionary<ISymbol, bool> removed = new(SymbolEqualityComparer.Default);
        ConcurrentDictionary<ISymbol, bool> handedIn = new(SymbolEqualityComparer.Default);
        ConcurrentDictionary<ISymbol, bool> owned = new(SymbolEqualityComparer.Default);
        context.RegisterOperationAction(
            operation =>
            {
                if (!SymbolEqualityComparer.Default.Equals(operation.ContainingSymbol.ContainingType, type))
                {
                    return;
                }

                switch (operation.Operation)
                {
                    case IEventAssignmentOperation { EventReference: IEventReferenceOperation reference } assignment:
                        NoteEvent(assignment, reference, added, removed);
                        break;
                    case ISimpleAssignmentOperation { Target: IMemberReferenceOperation target } assignment when IsParameter(assignment.Value):
                        handedIn[target.Member] = true;
                        break;
                    case IInvocationOperation { TargetMethod.Name: "Dispose" or "DisposeAsync" or "Close", Instance: IMemberReferenceOperation instance }:
                        owned[instance.Member] = true;
                        break;
                }
            },
            OperationKind.EventAssignment,
            OperationKind.SimpleAssignment,
            OperationKind.Invocation);
        context.RegisterSymbolEndAction(end =>
        {
            foreach ((IEventAssignmentOperation place, IEventSymbol @event, ISymbol? source) in added)
            {
                if (!removed.ContainsKey(@event) && OutlivedBy(@event, source, isShortLived, handedIn, owned) is { } keeper)
                {
                    end.ReportDiagnostic(Diagnostic.Create(Rules.EventKept, place.Syntax.GetLocation(), type.Name, $"{@event.ContainingType.Name}.{@event.Name}", keeper));
                }
            }
        });
    }

    private static void NoteEvent(
        IEventAssignmentOperation assignment,
        IEventReferenceOperation reference,
        ConcurrentBag<(IEventAssignmentOperation Place, IEventSymbol Event, ISymbol? Source)> added,
        ConcurrentDictionary<ISymbol, bool> removed)
    {
        if (!assignment.Adds)
        {
            removed[reference.Event] = true;
        }
        else if (KeepsThis(assignment.HandlerValue.Unwrapped()))
        {
            ISymbol? source = reference.Instance?.Unwrapped() switch
            {
                IParameterReferenceOperation parameter => parameter.Parameter,
                IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member => member.Member,
                _ => null,
            };
            added.Add((assignment, reference.Event, source));
        }
    }

    private static bool KeepsThis(IOperation handler) => handler switch
    {
        IMethodReferenceOperation method => method.Instance is IInstanceReferenceOperation,
        IAnonymousFunctionOperation function => function.Body.Descendants().Any(static each => each is IInstanceReferenceOperation { ReferenceKind: InstanceReferenceKind.ContainingTypeInstance }),
        _ => false,
    };

    private static bool IsParameter(IOperation value) => value.Unwrapped() switch
    {
        IParameterReferenceOperation parameter => IsOfConstructor(parameter.Parameter),
        ICoalesceOperation coalesce => IsParameter(coalesce.Value),
        _ => false,
    };

    private static bool IsOfConstructor(ISymbol symbol) => symbol is IParameterSymbol { ContainingSymbol: IMethodSymbol { MethodKind: MethodKind.Constructor } };

    // Who keeps the subscriber alive, or null where that cannot be said.
    private static string? OutlivedBy(IEventSymbol @event, ISymbol? source, bool isShortLived, ConcurrentDictionary<ISymbol, bool> handedIn, ConcurrentDictionary<ISymbol, bool> owned)
    {
        if (IsOfTheProcess(@event.ContainingType))
        {
            return null;
        }

        if (@event.IsStatic)
        {
            return "the static event";
        }

        if (source is null || owned.ContainsKey(source))
        {
            return null;
        }

        if (source is IFieldSymbol { IsStatic: true } or IPropertySymbol { IsStatic: true })
        {
            return $"the static '{source.Name}'";
        }

        bool isInjected = IsOfConstructor(source) || handedIn.ContainsKey(source) || source.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "InjectAttribute");
        return isShortLived && isInjected ? $"'{source.Name}'" : null;
    }

    // The process has one of each, and hears of its own end.
    private static bool IsOfTheProcess(INamedTypeSymbol type) => type.ContainingNamespace?.ToDisplayString() is "System" or "System.Threading.Tasks" or "System.Runtime.Loader";
}
