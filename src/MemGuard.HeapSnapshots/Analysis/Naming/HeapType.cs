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

    /// <summary>An object of the user's own code or of a library, not a collection or callback of the framework around it.</summary>
    public bool IsUserObject => !IsFramework && !IsArray && !IsDelegate;

    /// <summary>Part of the snapshot machinery itself, which must not blame itself.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>A type that a user of the framework would recognise: public and not nested.</summary>
    public bool IsWellKnown { get; private init; }

    public bool IsCompilerMade { get; private init; }

    public static HeapType From(Type? type, string? streamName)
    {
        if (type is null)
        {
            return FromName(streamName);
        }

        try
        {
            return FromType(type);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // One that reflection cannot describe costs its own name only.
            return FromName(streamName);
        }
    }

    private static HeapType FromName(string? streamName)
    {
        string name = VisibleText.OfName(streamName ?? "unknown type");
        return new HeapType(name, null) { IsFramework = OwnerNames.IsFrameworkName(name) };
    }

    private static HeapType FromType(Type type)
    {
        Type element = type;
        while (element.GetElementType() is { } inner)
        {
            element = inner;
        }

        return new HeapType(TypeNaming.Format(type), type)
        {
            // The framework's box around an async method is the method's.
            IsFramework = OwnerNames.IsFramework(CompilerNames.UserType(CompilerNames.FindStateMachine(element) ?? element).Assembly),
            IsOwn = type.Assembly == typeof(HeapType).Assembly,
            IsDelegate = typeof(Delegate).IsAssignableFrom(type),
            // Of the definition: a list of the user's internal class is still a list.
            IsWellKnown = !type.IsArray && !type.IsNested && (type.IsGenericType ? type.GetGenericTypeDefinition() : type).IsVisible,
            IsCompilerMade = CompilerNames.Describe(type) is not null,
        };
    }
}
