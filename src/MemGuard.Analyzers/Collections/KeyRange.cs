using System.Linq;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers;

/// <summary>Whether a program can only ever have so many values of a type: a cache of something for each <see cref="System.Type"/> ends by itself.</summary>
internal static class KeyRange
{
    private const int DeepestStruct = 3;

    /// <summary>Whether a collection of these elements, or of this key with this value, ends by itself.</summary>
    public static bool IsBounded(INamedTypeSymbol collection) =>
        IsBounded(collection.TypeArguments[0], DeepestStruct) || (collection.TypeArguments.Length == 2 && IsCode(collection.TypeArguments[1]));

    // What names stand for: a map from names to types has an entry for each type.
    private static bool IsCode(ITypeSymbol type) => type.ContainingNamespace?.ToDisplayString() is { } space && (space == "System.Reflection" || (space == "System" && type.Name == "Type"));

    private static bool IsBounded(ITypeSymbol type, int depth)
    {
        if (type.TypeKind is TypeKind.Enum or TypeKind.TypeParameter or TypeKind.Delegate or TypeKind.Error)
        {
            return true;
        }

        if (type.SpecialType is SpecialType.System_Boolean or SpecialType.System_Byte or SpecialType.System_SByte or SpecialType.System_Char or SpecialType.System_Enum or SpecialType.System_RuntimeTypeHandle)
        {
            return true;
        }

        string space = type.ContainingNamespace?.ToDisplayString() ?? string.Empty;
        if (IsCode(type) || (space, type.Name) is ("System.Globalization", "CultureInfo") or ("System.Text", "Encoding"))
        {
            return true;
        }

        if (type is not INamedTypeSymbol named || depth == 0)
        {
            return false;
        }

        if (named.IsTupleType || named.OriginalDefinition.SpecialType == SpecialType.System_Nullable_T || named.Name == "KeyValuePair")
        {
            return named.TypeArguments.All(each => IsBounded(each, depth - 1));
        }

        // A key made of a type and a flag, for example.
        ITypeSymbol[] fields = [.. named.GetMembers().OfType<IFieldSymbol>().Where(static field => !field.IsStatic).Select(static field => field.Type)];
        return (named.IsRecord || named.IsValueType) && named.Locations[0].IsInSource && fields.Length > 0 && fields.All(each => IsBounded(each, depth - 1));
    }
}
