using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.ArchitectureTests;

/// <summary>One namespace of an assembly uses a type of another one.</summary>
/// <param name="From">The user.</param>
/// <param name="To">The used.</param>
/// <param name="Place">An example: file and line, and the type.</param>
internal sealed record NamespaceReference(string From, string To, string Place)
{
    /// <summary>Finds every use of a type between two namespaces of the compilation: named, inferred, inherited or returned; one example each.</summary>
    public static IReadOnlyList<NamespaceReference> FindAll(Compilation compilation)
    {
        Dictionary<(string, string), NamespaceReference> found = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(static node => node is not UsingDirectiveSyntax))
            {
                if (node is not (ExpressionSyntax or ParameterSyntax))
                {
                    continue;
                }

                INamespaceSymbol? from = null;
                foreach (INamedTypeSymbol type in UsedTypes(model, node))
                {
                    if (!SymbolEqualityComparer.Default.Equals(type.ContainingAssembly, compilation.Assembly) || type.ContainingNamespace is not { IsGlobalNamespace: false } to)
                    {
                        continue;
                    }

                    from ??= model.GetEnclosingSymbol(node.SpanStart) is ISymbol enclosing ? enclosing as INamespaceSymbol ?? enclosing.ContainingNamespace : null;
                    if (from is { IsGlobalNamespace: false } && !SymbolEqualityComparer.Default.Equals(from, to))
                    {
                        (string, string) pair = (from.ToDisplayString(), to.ToDisplayString());
                        found.TryAdd(pair, new NamespaceReference(pair.Item1, pair.Item2, $"{Path.GetFileName(tree.FilePath)}:{tree.GetLineSpan(node.Span).StartLinePosition.Line + 1} uses {type.Name}"));
                    }
                }
            }
        }

        return [.. found.Values.OrderBy(static reference => (reference.From, reference.To))];
    }

    /// <summary>Finds namespaces that reach themselves.</summary>
    /// <returns>One cycle as a path, or null.</returns>
    public static IReadOnlyList<string>? FindCycle(IEnumerable<NamespaceReference> references)
    {
        ILookup<string, string> uses = references.ToLookup(static reference => reference.From, static reference => reference.To);
        HashSet<string> finished = [];
        foreach (string start in uses.Select(static group => group.Key))
        {
            if (Visit(start, []) is IReadOnlyList<string> cycle)
            {
                return cycle;
            }
        }

        return null;

        IReadOnlyList<string>? Visit(string name, List<string> path)
        {
            int seen = path.IndexOf(name);
            if (seen >= 0)
            {
                return [.. path.Skip(seen), name];
            }

            if (finished.Contains(name))
            {
                return null;
            }

            foreach (string next in uses[name])
            {
                if (Visit(next, [.. path, name]) is IReadOnlyList<string> cycle)
                {
                    return cycle;
                }
            }

            finished.Add(name);
            return null;
        }
    }

    private static List<INamedTypeSymbol> UsedTypes(SemanticModel model, SyntaxNode node)
    {
        List<INamedTypeSymbol> types = [];
        SymbolInfo info = model.GetSymbolInfo(node);
        foreach (ISymbol symbol in info.Symbol is null ? info.CandidateSymbols : [info.Symbol])
        {
            Collect(symbol as ITypeSymbol ?? symbol.ContainingType, types);
        }

        Collect(model.GetTypeInfo(node).Type, types);
        if (node is ParameterSyntax parameter)
        {
            Collect((model.GetDeclaredSymbol(parameter) as IParameterSymbol)?.Type, types);
        }

        return types;
    }

    private static void Collect(ITypeSymbol? type, List<INamedTypeSymbol> types)
    {
        switch (type)
        {
            case IArrayTypeSymbol array:
                Collect(array.ElementType, types);
                break;
            case IPointerTypeSymbol pointer:
                Collect(pointer.PointedAtType, types);
                break;
            case INamedTypeSymbol named:
                types.Add(named.OriginalDefinition);
                foreach (ITypeSymbol argument in named.TypeArguments)
                {
                    Collect(argument, types);
                }

                break;
            default:
                break;
        }
    }
}
