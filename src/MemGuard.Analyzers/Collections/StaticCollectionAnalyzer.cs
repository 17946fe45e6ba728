using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>MG0001: a static collection that only ever grows.</summary>
/// <remarks>Every use in the compilation must be understood: one that is not, such as handing the collection to another method, silences the rule for it.</remarks>
[DiagnosticAnalyzer(LanguageNames.CSharp)]
public sealed class StaticCollectionAnalyzer : DiagnosticAnalyzer
{
    /// <inheritdoc />
    public override ImmutableArray<DiagnosticDescriptor> SupportedDiagnostics => [Rules.StaticCollection];

    /// <inheritdoc />
    public override void Initialize(AnalysisContext context)
    {
        context.ConfigureGeneratedCodeAnalysis(GeneratedCodeAnalysisFlags.Analyze);
        context.EnableConcurrentExecution();
        context.RegisterCompilationStartAction(static start =>
        {
            HashSet<INamedTypeSymbol> types = start.Compilation.FindTypes(CollectionUse.TypeNames);
            ConcurrentDictionary<ISymbol, MemberUses> members = new(SymbolEqualityComparer.Default);
            start.RegisterOperationAction(context => Note(context, types, members), OperationKind.FieldReference, OperationKind.PropertyReference);
            start.RegisterCompilationEndAction(context => Report(context, members));
        });
    }

    private static void Note(OperationAnalysisContext context, HashSet<INamedTypeSymbol> types, ConcurrentDictionary<ISymbol, MemberUses> members)
    {
        ISymbol member = ((IMemberReferenceOperation)context.Operation).Member.OriginalDefinition;
        if (!IsCandidate(member, context.Compilation, types))
        {
            return;
        }

        MemberUses uses = members.GetOrAdd(member, static _ => new MemberUses());
        switch (CollectionUse.Of(context.Operation, context.ContainingSymbol))
        {
            case CollectionUse.Kind.Adds:
                uses.AddedIn(context.ContainingSymbol.Name);
                break;
            case CollectionUse.Kind.TakesOutOrEscapes:
                uses.MayShrink = true;
                break;
        }
    }

    private static void Report(CompilationAnalysisContext context, ConcurrentDictionary<ISymbol, MemberUses> members)
    {
        foreach (KeyValuePair<ISymbol, MemberUses> pair in members)
        {
            if (!pair.Value.MayShrink && pair.Value.FirstAdder is { } adder)
            {
                context.ReportDiagnostic(Diagnostic.Create(Rules.StaticCollection, pair.Key.Locations[0], $"{pair.Key.ContainingType.Name}.{pair.Key.Name}", adder));
            }
        }
    }

    private static bool IsCandidate(ISymbol member, Compilation compilation, HashSet<INamedTypeSymbol> types)
    {
        ITypeSymbol? type = member switch
        {
            IFieldSymbol { IsStatic: true, IsImplicitlyDeclared: false } field => field.Type,
            IPropertySymbol { IsStatic: true, IsIndexer: false, SetMethod: null } property => property.Type,
            _ => null,
        };
        return type is INamedTypeSymbol { TypeArguments.Length: > 0 } collection
            && SymbolEqualityComparer.Default.Equals(member.ContainingAssembly, compilation.Assembly)
            && member.Locations[0].IsInSource
            && types.Contains(collection.OriginalDefinition)
            && !member.IsVisibleOutside()
            && !KeyRange.IsBounded(collection);
    }

    private sealed class MemberUses
    {
        private readonly object _lock = new();
        private string? _firstAdder;

        // Written by several threads, always with the same value.
        public volatile bool MayShrink;

        public string? FirstAdder => _firstAdder;

        // The first by name, so that two runs say the same.
        public void AddedIn(string member)
        {
            lock (_lock)
            {
                if (_firstAdder is null || string.CompareOrdinal(member, _firstAdder) < 0)
                {
                    _firstAdder = member;
                }
            }
        }
    }
}
