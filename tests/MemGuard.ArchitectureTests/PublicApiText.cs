using Microsoft.CodeAnalysis;

namespace MemGuard.ArchitectureTests;

/// <summary>Writes what an assembly shows to its users as sorted, readable lines.</summary>
internal static class PublicApiText
{
    private static readonly SymbolDisplayFormat TypeFormat = new(
        typeQualificationStyle: SymbolDisplayTypeQualificationStyle.NameAndContainingTypes,
        genericsOptions: SymbolDisplayGenericsOptions.IncludeTypeParameters | SymbolDisplayGenericsOptions.IncludeTypeConstraints | SymbolDisplayGenericsOptions.IncludeVariance,
        miscellaneousOptions: SymbolDisplayMiscellaneousOptions.UseSpecialTypes | SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat MemberFormat = new(
        typeQualificationStyle: TypeFormat.TypeQualificationStyle,
        genericsOptions: TypeFormat.GenericsOptions,
        memberOptions: SymbolDisplayMemberOptions.IncludeType | SymbolDisplayMemberOptions.IncludeParameters | SymbolDisplayMemberOptions.IncludeModifiers
            | SymbolDisplayMemberOptions.IncludeRef | SymbolDisplayMemberOptions.IncludeConstantValue | SymbolDisplayMemberOptions.IncludeExplicitInterface,
        parameterOptions: SymbolDisplayParameterOptions.IncludeType | SymbolDisplayParameterOptions.IncludeName | SymbolDisplayParameterOptions.IncludeParamsRefOut
            | SymbolDisplayParameterOptions.IncludeDefaultValue | SymbolDisplayParameterOptions.IncludeExtensionThis,
        propertyStyle: SymbolDisplayPropertyStyle.ShowReadWriteDescriptor,
        kindOptions: SymbolDisplayKindOptions.IncludeMemberKeyword,
        miscellaneousOptions: TypeFormat.MiscellaneousOptions);

    /// <summary>The public types and members, by namespace.</summary>
    public static SortedDictionary<string, string> Describe(IAssemblySymbol assembly)
    {
        SortedDictionary<string, string> texts = new(StringComparer.Ordinal);
        foreach (IGrouping<string, INamedTypeSymbol> types in VisibleTypes(assembly.GlobalNamespace).GroupBy(static type => type.ContainingNamespace.ToDisplayString()))
        {
            texts[types.Key] = string.Join('\n', types.OrderBy(static type => type.ToDisplayString(TypeFormat), StringComparer.Ordinal).Select(DescribeType));
        }

        return texts;
    }

    private static IEnumerable<INamedTypeSymbol> VisibleTypes(INamespaceOrTypeSymbol container)
    {
        foreach (INamespaceOrTypeSymbol member in container.GetMembers().OfType<INamespaceOrTypeSymbol>())
        {
            if (member is INamedTypeSymbol type)
            {
                if (!IsVisible(type))
                {
                    continue;
                }

                yield return type;
            }

            foreach (INamedTypeSymbol nested in VisibleTypes(member))
            {
                yield return nested;
            }
        }
    }

    private static string DescribeType(INamedTypeSymbol type)
    {
        string[] parents =
        [
            .. type.BaseType is { SpecialType: SpecialType.None } parent ? [parent.ToDisplayString(TypeFormat)] : Array.Empty<string>(),
            .. type.Interfaces.Where(static face => IsVisible(face) && !IsOfRecords(face)).Select(static face => face.ToDisplayString(TypeFormat)).Order(StringComparer.Ordinal),
        ];
        string head = $"{Modifiers(type)}{Kind(type)} {type.ToDisplayString(TypeFormat)}{(parents.Length > 0 ? " : " + string.Join(", ", parents) : string.Empty)}\n";
        if (type is { TypeKind: TypeKind.Delegate, DelegateInvokeMethod: IMethodSymbol invoke })
        {
            return $"{head}    {invoke.ToDisplayString(MemberFormat.RemoveMemberOptions(SymbolDisplayMemberOptions.IncludeModifiers))}\n";
        }

        IEnumerable<ISymbol> members = type.GetMembers().Where(static member => IsVisible(member) && IsWritten(member));
        if (type.TypeKind != TypeKind.Enum)
        {
            members = members.OrderBy(Order).ThenBy(static member => member.Name, StringComparer.Ordinal).ThenBy(static member => member.ToDisplayString(MemberFormat), StringComparer.Ordinal);
        }

        return head + string.Concat(members.Select(static member => $"    {member.ToDisplayString(MemberFormat)}\n"));
    }

    private static int Order(ISymbol member) => member switch
    {
        IFieldSymbol => 0,
        IMethodSymbol { MethodKind: MethodKind.Constructor } => 1,
        IPropertySymbol => 2,
        IEventSymbol => 3,
        _ => 4,
    };

    private static string Modifiers(INamedTypeSymbol type) =>
        type.TypeKind is not (TypeKind.Class or TypeKind.Struct) ? string.Empty
        : type.IsStatic ? "static "
        : type.TypeKind == TypeKind.Struct ? type.IsReadOnly ? "readonly " : string.Empty
        : type.IsAbstract ? "abstract "
        : type.IsSealed ? "sealed "
        : string.Empty;

    private static string Kind(INamedTypeSymbol type) => type.TypeKind switch
    {
        TypeKind.Struct => type.GetMembers("op_Equality").Any(static member => !IsWritten(member)) ? "record struct" : "struct",
        TypeKind.Interface => "interface",
        TypeKind.Enum => "enum",
        TypeKind.Delegate => "delegate",
        _ => type.IsRecord ? "record" : "class",
    };

    private static bool IsVisible(ISymbol symbol) =>
        symbol.DeclaredAccessibility is Accessibility.Public or Accessibility.Protected or Accessibility.ProtectedOrInternal;

    // Not what the compiler adds to a record, not the accessors of what is listed as a property or event.
    private static bool IsWritten(ISymbol member) => member switch
    {
        INamedTypeSymbol => false,
        IMethodSymbol { MethodKind: MethodKind.PropertyGet or MethodKind.PropertySet or MethodKind.EventAdd or MethodKind.EventRemove } => false,
        IMethodSymbol { MethodKind: MethodKind.Constructor, Parameters.Length: 0, ContainingType.TypeKind: TypeKind.Struct or TypeKind.Enum } => false,
        IMethodSymbol { MethodKind: not MethodKind.Constructor, IsImplicitlyDeclared: true } => false,
        IFieldSymbol { Name: "value__" } => false,
        _ => !member.GetAttributes().Any(static attribute => attribute.AttributeClass?.Name == "CompilerGeneratedAttribute"),
    };

    private static bool IsOfRecords(INamedTypeSymbol face) =>
        face is { Name: "IEquatable", TypeArguments.Length: 1 };
}
