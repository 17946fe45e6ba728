using System;
using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers;

/// <summary>Questions to a symbol.</summary>
internal static class SymbolExtensions
{
    private static readonly string[] StartUpNames = ["Register", "Initialize", "Initialise", "Init", "Configure", "Setup", "SetUp", "Seed", "Bootstrap"];

    // Alone they mean the whole; with a word behind them often one thing for one request.
    private static readonly string[] WholeStartUpNames = ["Load", "LoadAll", "LoadAsync", "Build", "Start", "StartAsync", "Use"];

    private static readonly string[] StartUpTypes = ["Migration", "Startup", "Installer", "Bootstrap"];

    /// <summary>Whether the type is the one, or derives from it, or implements it.</summary>
    public static bool Is(this ITypeSymbol? type, INamedTypeSymbol? wanted)
    {
        if (wanted is null || type is null)
        {
            return false;
        }

        if (wanted.TypeKind == TypeKind.Interface)
        {
            return type.AllInterfaces.Any(each => SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, wanted));
        }

        for (ITypeSymbol? each = type; each is not null; each = each.BaseType)
        {
            if (SymbolEqualityComparer.Default.Equals(each.OriginalDefinition, wanted))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Main, or the statements of a program without one: what they make lives as long as the process.</summary>
    public static bool IsEntryPoint(this ISymbol symbol) => symbol is IMethodSymbol { IsStatic: true, Name: "Main" or "<Main>$" };

    /// <summary>Whether the member runs once for the process, or a name says so: of itself, of its type, of its namespace.</summary>
    public static bool RunsAtStart(this ISymbol symbol) =>
        symbol is IFieldSymbol or IPropertySymbol or IMethodSymbol { MethodKind: MethodKind.StaticConstructor }
        || symbol.IsEntryPoint()
        || symbol.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "ModuleInitializerAttribute")
        || Array.Exists(StartUpNames, name => symbol.Name.StartsWith(name, StringComparison.Ordinal) && (symbol.Name.Length == name.Length || !char.IsLower(symbol.Name[name.Length])))
        || Array.Exists(WholeStartUpNames, name => symbol.Name == name)
        || Array.Exists(StartUpTypes, name => symbol.ContainingType?.ToDisplayString().Contains(name) == true);

    /// <summary>Whether code outside the assembly can reach the member.</summary>
    public static bool IsVisibleOutside(this ISymbol symbol)
    {
        for (ISymbol? each = symbol; each is not null and not INamespaceSymbol; each = each.ContainingSymbol)
        {
            if (each.DeclaredAccessibility is Accessibility.Private or Accessibility.Internal or Accessibility.ProtectedAndInternal)
            {
                return false;
            }
        }

        return true;
    }

    public static HashSet<INamedTypeSymbol> FindTypes(this Compilation compilation, IEnumerable<string> names)
    {
        HashSet<INamedTypeSymbol> found = new(SymbolEqualityComparer.Default);
        foreach (string name in names)
        {
            if (compilation.GetTypeByMetadataName(name) is { } type)
            {
                found.Add(type);
            }
        }

        return found;
    }
}
