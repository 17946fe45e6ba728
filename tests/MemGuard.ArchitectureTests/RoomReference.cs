using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace MemGuard.ArchitectureTests;

/// <summary>One room of a package uses a type of another one. A room is a folder: <c>Sampling</c>, or <c>Sampling/Process</c> below it.</summary>
/// <param name="From">The user; empty for the package's root.</param>
/// <param name="To">The used.</param>
/// <param name="Place">An example: file and line, and the type.</param>
internal sealed record RoomReference(string From, string To, string Place)
{
    /// <summary>Finds every use of a type between two rooms of the compilation: named, inferred, inherited or returned; one example each.</summary>
    /// <param name="compilation">The package.</param>
    /// <param name="package">The folder of its sources; what is declared elsewhere (linked and generated code) is in no room.</param>
    public static IReadOnlyList<RoomReference> FindAll(Compilation compilation, string package)
    {
        Dictionary<(string, string), RoomReference> found = [];
        foreach (SyntaxTree tree in compilation.SyntaxTrees)
        {
            if (RoomOf(tree.FilePath, package) is not string from)
            {
                continue;
            }

            SemanticModel model = compilation.GetSemanticModel(tree);
            foreach (SyntaxNode node in tree.GetRoot().DescendantNodes(static node => node is not UsingDirectiveSyntax))
            {
                if (node is not (ExpressionSyntax or ParameterSyntax))
                {
                    continue;
                }

                foreach (INamedTypeSymbol type in UsedTypes(model, node))
                {
                    foreach (string to in RoomsOf(type, package))
                    {
                        if (to != from)
                        {
                            found.TryAdd((from, to), new RoomReference(from, to, $"{Path.GetFileName(tree.FilePath)}:{tree.GetLineSpan(node.Span).StartLinePosition.Line + 1} uses {type.Name}"));
                        }
                    }
                }
            }
        }

        return [.. found.Values.OrderBy(static reference => (reference.From, reference.To))];
    }

    /// <summary>The room that a file is in, relative to the package; null for a file outside of it.</summary>
    public static string? RoomOf(string path, string package)
    {
        string relative = Path.GetRelativePath(package, Path.GetDirectoryName(path) is { Length: > 0 } folder ? folder : ".").Replace('\\', '/');
        return relative == "." ? string.Empty : relative.StartsWith("..", StringComparison.Ordinal) || Path.IsPathRooted(relative) ? null : relative;
    }

    /// <summary>The same references seen from one level: the first part of each room, or what is below one room.</summary>
    /// <param name="references">The references of a package.</param>
    /// <param name="parent">The room whose inner rooms are compared; null for the rooms of the package. Its own files belong to all of them and are left out.</param>
    public static IEnumerable<RoomReference> AtLevel(IEnumerable<RoomReference> references, string? parent) =>
        from reference in references
        let user = PartBelow(reference.From, parent)
        let used = PartBelow(reference.To, parent)
        where user is not null && used is not null && user != used
        group reference by (user, used) into pair
        select new RoomReference(pair.Key.user, pair.Key.used, pair.First().Place);

    private static string? PartBelow(string room, string? parent)
    {
        if (parent is null)
        {
            return room.Split('/')[0];
        }

        return room.StartsWith(parent + "/", StringComparison.Ordinal) ? room[(parent.Length + 1)..].Split('/')[0] : null;
    }

    // A partial type has one room: all its parts stand together.
    private static IEnumerable<string> RoomsOf(INamedTypeSymbol type, string package) =>
        type.DeclaringSyntaxReferences.Select(declaration => RoomOf(declaration.SyntaxTree.FilePath, package)).OfType<string>().Distinct();

    /// <summary>Finds rooms that reach themselves.</summary>
    /// <returns>One cycle as a path, or null.</returns>
    public static IReadOnlyList<string>? FindCycle(IEnumerable<RoomReference> references)
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
