using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0002: a memory cache without a size limit, in a program that sets one nowhere.</summary>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class UnlimitedCacheAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.UnlimitedCache];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.None);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            INamedTypeSymbol? cache = start.Compilation.GetTypeByMetadataName("Microsoft.Extensions.Caching.Memory.MemoryCache");
            INamedTypeSymbol? options = start.Compilation.GetTypeByMetadataName("Microsoft.Extensions.Caching.Memory.MemoryCacheOptions");
            if (cache is null || options is null)
            {
                return;
            }

            ConcurrentBag<(IOperation Place, string Name)> found = [];
            ConcurrentBag<bool> limits = [];
            start.RegisterOperationAction(context => NoteCreation((IObjectCreationOperation)context.Operation, cache, options, found), OperationKind.ObjectCreation);
            start.RegisterOperationAction(context => NoteCall((IInvocationOperation)context.Operation, found, limits), OperationKind.Invocation);
            start.RegisterOperationAction(context => NoteLimit((IPropertyReferenceOperation)context.Operation, options, limits), OperationKind.PropertyReference);
            start.RegisterCompilationEndAction(context =>
            {
                // Which of several caches a limit is for cannot always be told: where there is one, somebody has thought of it.
                foreach ((IOperation place, string name) in limits.IsEmpty ? found.ToArray() : [])
                {
                    context.ReportDiagnostic(Diagnostic.Create(Rules.UnlimitedCache, place.Syntax.GetLocation(), name));
                }
            });
        });
    }

    private static void NoteCreation(IObjectCreationOperation creation, INamedTypeSymbol cache, INamedTypeSymbol options, ConcurrentBag<(IOperation Place, string Name)> found)
    {
        if (SymbolEqualityComparer.Default.Equals(creation.Type, cache) && creation.Arguments.Length > 0 && IsPlainOptions(creation.Arguments[0].Value.Unwrapped(), options))
        {
            found.Add((creation, "MemoryCache"));
        }
    }

    private static void NoteCall(IInvocationOperation call, ConcurrentBag<(IOperation Place, string Name)> found, ConcurrentBag<bool> limits)
    {
        if (call.TargetMethod.Name == "AddBoundedMemoryCache")
        {
            limits.Add(true);
        }
        else if (call.TargetMethod is { Name: "AddMemoryCache", ContainingType.Name: "MemoryCacheServiceCollectionExtensions" })
        {
            found.Add((call, "The cache of AddMemoryCache"));
        }
    }

    private static void NoteLimit(IPropertyReferenceOperation property, INamedTypeSymbol options, ConcurrentBag<bool> limits)
    {
        if (property.Property.Name == "SizeLimit" && SymbolEqualityComparer.Default.Equals(property.Property.ContainingType, options))
        {
            limits.Add(true);
        }
    }

    // Only what is made on the spot: options that come from elsewhere may have a limit.
    private static bool IsPlainOptions(IOperation value, INamedTypeSymbol options) => value switch
    {
        IObjectCreationOperation creation => SymbolEqualityComparer.Default.Equals(creation.Type, options),
        IInvocationOperation { TargetMethod: { Name: "Create", ContainingType.Name: "Options" } } create => create.Arguments.Any(argument => IsPlainOptions(argument.Value.Unwrapped(), options)),
        _ => false,
    };
}
