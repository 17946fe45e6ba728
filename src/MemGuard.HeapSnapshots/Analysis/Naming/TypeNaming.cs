namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes types the way a C# programmer would: <c>Dictionary&lt;string, User&gt;</c>, <c>Outer.Inner&lt;T&gt;[]</c>; compiler-made classes by the method they come from.</summary>
/// <remarks>Never throws, whatever an obfuscator or a proxy generator called its types: a name that cannot be read is written as it is.</remarks>
internal static class TypeNaming
{
    private static readonly Dictionary<Type, Type> NoArguments = [];
    private static readonly HashSet<Type> NoneQualified = [];

    public static string Format(Type type) => Format(type, NoArguments, NoneQualified);

    /// <param name="type">A type, open or closed.</param>
    /// <param name="arguments">What to write for type parameters; those missing stay as they are.</param>
    /// <param name="qualified">Definitions of outermost types whose simple name is not enough.</param>
    public static string Format(Type type, IReadOnlyDictionary<Type, Type> arguments, IReadOnlySet<Type> qualified)
    {
        string name;
        try
        {
            TypeNameWriter writer = new(arguments, qualified);
            writer.Write(type);
            name = writer.ToString();
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            // Reflection may need an assembly that is not there.
            name = type.Name;
        }

        // A name may end in the dot that divides it from its namespace.
        return name.Length == 0 ? "unnamed type" : VisibleText.OfName(name);
    }
}
