using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>A method of a stack in the user's words.</summary>
/// <param name="Type">Its type with the namespace, without compiler-made classes and type arguments.</param>
/// <param name="Method">Its name; of asynchronous methods, iterators, lambdas and local functions the method that they stand in.</param>
internal sealed record MethodFrame(string Type, string Method)
{
    public string FullName { get; } = Type.Length > 0 ? $"{Type}.{Method}" : Method;

    /// <summary>Without the namespace.</summary>
    public string ShortName { get; } = Type.Length > 0 ? $"{Type[(Type.LastIndexOf('.') + 1)..]}.{Method}" : Method;

    public bool IsFramework { get; } = IsBelow(Type, "System") || IsBelow(Type, "Microsoft") || IsBelow(Type, "Interop") || Type.StartsWith("Internal.", StringComparison.Ordinal);

    /// <summary>Where every thread of MemGuard's own begins.</summary>
    public bool IsOwnThread { get; } = Type == typeof(OwnThread).FullName;

    /// <summary>Reads a name as the runtime gives it: <c>Shop.OrderMapper+&lt;Load&gt;d__2</c> and <c>MoveNext</c> are <c>Shop.OrderMapper.Load</c>.</summary>
    /// <param name="type">The runtime's name of the type.</param>
    /// <param name="method">The runtime's name of the method.</param>
    public static MethodFrame Parse(string type, string method)
    {
        // Type arguments of a generic type follow in brackets: Name`1[System.__Canon].
        int arguments = type.IndexOf('[', StringComparison.Ordinal);
        string[] parts = (arguments < 0 ? type : type[..arguments]).Split('+');
        string? written = CompilerNames.MethodOf(method);
        List<string> named = [];
        bool isMade = false;
        foreach (string part in parts)
        {
            // From the first class that the compiler made on, there are no others.
            isMade |= part.StartsWith('<');
            if (isMade)
            {
                written ??= CompilerNames.MethodOf(part);
                continue;
            }

            int arity = part.IndexOf('`', StringComparison.Ordinal);
            named.Add(arity < 0 ? part : part[..arity]);
        }

        return new MethodFrame(VisibleText.OfName(string.Join('.', named)), VisibleText.OfName(written ?? method));
    }

    private static bool IsBelow(string type, string root) => type.StartsWith(root, StringComparison.Ordinal) && (type.Length == root.Length || type[root.Length] == '.');
}
