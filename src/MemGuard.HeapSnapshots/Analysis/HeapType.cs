namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>What the analysis knows about a type.</summary>
/// <param name="Name">In C# words.</param>
/// <param name="Type">The type itself; null when only its name is known.</param>
internal sealed record HeapType(string Name, Type? Type)
{
    /// <summary>Whether it belongs to .NET or to MemGuard: a holder that the user can change lies further up.</summary>
    public bool IsFramework { get; private init; }

    public bool IsArray => Type?.IsArray ?? Name.EndsWith(']');

    public bool IsDelegate { get; private init; }

    /// <summary>A type that a user of the framework would recognise: public and not nested.</summary>
    public bool IsWellKnown { get; private init; }

    public bool IsCompilerMade { get; private init; }

    public static HeapType From(Type? type, string? streamName)
    {
        if (type is null)
        {
            string name = streamName ?? "unknown type";
            return new HeapType(name, null) { IsFramework = OwnerNames.IsFrameworkName(name) };
        }

        Type element = type;
        while (element.GetElementType() is { } inner)
        {
            element = inner;
        }

        return new HeapType(TypeNaming.Format(type), type)
        {
            // A generic class of the framework around a state machine of the user is the user's.
            IsFramework = CompilerNames.Describe(element) is null || element.DeclaringType is not null
                ? OwnerNames.IsFramework(CompilerNames.UserType(element).Assembly)
                : element.GetGenericArguments().All(static argument => OwnerNames.IsFramework(argument.Assembly)),
            IsDelegate = typeof(Delegate).IsAssignableFrom(type),
            IsWellKnown = !type.IsArray && type.IsVisible && !type.IsNested,
            IsCompilerMade = CompilerNames.Describe(type) is not null,
        };
    }
}
