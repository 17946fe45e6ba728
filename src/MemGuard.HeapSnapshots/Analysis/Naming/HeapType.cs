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

    /// <summary>Part of MemGuard's own machinery, which holds references to much and owns none of it.</summary>
    public bool IsOwn { get; private init; }

    /// <summary>A type that a user of the framework would recognise: public and not nested.</summary>
    public bool IsWellKnown { get; private init; }

    public bool IsCompilerMade { get; private init; }

    /// <summary>Whether it serves everybody: an array, a delegate, a collection of the framework.</summary>
    public bool IsGeneral => IsArray || IsDelegate || (IsFramework && Type?.Namespace?.StartsWith("System.Collections", StringComparison.Ordinal) == true);

    /// <summary>What it is to the naming, beyond whose it is.</summary>
    public HolderRole Role { get; private init; }

    public static HeapType From(Type? type, string? streamName) => From(type, streamName, new TypeNames());

    /// <param name="type">The type; null when only its name is known.</param>
    /// <param name="streamName">The name that the capture gave it.</param>
    /// <param name="names">How types are written.</param>
    public static HeapType From(Type? type, string? streamName, TypeNames names)
    {
        if (type is null)
        {
            return FromName(streamName);
        }

        try
        {
            return FromType(type, names);
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

    private static HeapType FromType(Type type, TypeNames names)
    {
        Type element = type;
        while (element.GetElementType() is { } inner)
        {
            element = inner;
        }

        return new HeapType(names.Format(type), type)
        {
            // The framework's box around an async method is the method's.
            IsFramework = OwnerNames.IsFramework(CompilerNames.UserType(CompilerNames.FindStateMachine(element) ?? element).Assembly),
            IsOwn = OwnerNames.IsOwn(type.Assembly),
            IsDelegate = typeof(Delegate).IsAssignableFrom(type),
            // Of the definition: a list of the user's internal class is still a list.
            IsWellKnown = !type.IsArray && !type.IsNested && (type.IsGenericType ? type.GetGenericTypeDefinition() : type).IsVisible,
            IsCompilerMade = CompilerNames.Describe(type) is not null,
            Role = HolderRoles.Of(type),
        };
    }
}
