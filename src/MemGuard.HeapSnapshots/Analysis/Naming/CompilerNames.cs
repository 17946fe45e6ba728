using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Reads the names that the C# compiler makes up: closures, async and iterator methods.</summary>
internal static class CompilerNames
{
    private static readonly HashSet<Type> NoneQualified = [];
    private static readonly Dictionary<Type, Type> NoArguments = [];

    /// <returns>A compiler-made class in the user's words; null for an ordinary type.</returns>
    public static string? Describe(Type type) => Describe(type, NoneQualified);

    /// <param name="type">The class.</param>
    /// <param name="qualified">Definitions of outermost types whose simple name is not enough.</param>
    public static string? Describe(Type type, IReadOnlySet<Type> qualified)
    {
        if (FindStateMachine(type) is { } machine)
        {
            return Describe(machine, qualified) ?? "async " + TypeNaming.Format(machine, NoArguments, qualified);
        }

        if (type.DeclaringType is not { } declaring)
        {
            return null;
        }

        string name = type.Name;
        if (name.StartsWith("<>c__DisplayClass", StringComparison.Ordinal))
        {
            return FindClosureMethod(type) is { } method ? $"closure created in {Owner(declaring, qualified)}.{method}" : $"closure created in {Owner(declaring, qualified)}";
        }

        if (name is "<>c" || name.StartsWith("<>c`", StringComparison.Ordinal))
        {
            return $"lambdas of {Owner(declaring, qualified)}";
        }

        if (MethodOf(name) is { } stateMethod && name.Contains(">d", StringComparison.Ordinal))
        {
            string kind = typeof(IAsyncStateMachine).IsAssignableFrom(type) ? "async " : "iterator ";
            return $"{kind}{Owner(declaring, qualified)}.{stateMethod}";
        }

        return null;
    }

    /// <returns>The method in angle brackets: <c>Register</c> for <c>&lt;Register&gt;b__3</c>; local functions <c>&lt;M&gt;g__Local|0_1</c> as <c>M.Local</c>.</returns>
    public static string? MethodOf(string name)
    {
        // A lambda in an async method's closure nests: <<Main>b__0>d. The innermost name is the user's.
        // Spans: a name of a million brackets would be copied a million times.
        ReadOnlySpan<char> inner = name;
        do
        {
            int close = inner.LastIndexOf('>');
            if (!inner.StartsWith('<') || close < 2)
            {
                return null;
            }

            inner = inner[1..close];
        }
        while (inner.StartsWith('<'));

        return inner switch
        {
            "Main$" or "<Main>$" => "Main",
            _ => inner.TrimEnd('$').ToString(),
        };
    }

    /// <summary>The user's class around compiler-made ones: <c>OrderService</c> for <c>OrderService.&lt;&gt;c__DisplayClass1_0</c>.</summary>
    public static Type UserType(Type type)
    {
        Type current = type;
        while (current.DeclaringType is { } declaring && current.Name.StartsWith('<'))
        {
            current = declaring;
        }

        return current;
    }

    /// <returns>The state machine of an async method in the framework's box around it; null for any other type.</returns>
    public static Type? FindStateMachine(Type type) =>
        type.IsGenericType && type.Name.Contains("StateMachineBox", StringComparison.Ordinal)
            ? Array.Find(type.GetGenericArguments(), typeof(IAsyncStateMachine).IsAssignableFrom)
            : null;

    /// <summary>Whether the class is the box of an asynchronous Main: it holds the host, and through it everything, and owns nothing of it.</summary>
    public static bool IsEntryPoint(Type type)
    {
        string name = (FindStateMachine(type) ?? type).Name;

        // Not the lambdas in it, whose names begin with one bracket more.
        return name.StartsWith("<Main>d__", StringComparison.Ordinal) || name.StartsWith("<<Main>$>d__", StringComparison.Ordinal);
    }

    private static string Owner(Type declaring, IReadOnlySet<Type> qualified) => TypeNaming.Format(UserType(declaring), NoArguments, qualified);

    // The class does not carry its method's name, but its lambdas do. A closure without lambdas of its own is part of a larger one.
    private static string? FindClosureMethod(Type type)
    {
        foreach (string member in Reflection.GetMethodNames(type).Concat(Reflection.GetNestedTypeNames(type)))
        {
            if (member.StartsWith('<') && MethodOf(member) is { Length: > 0 } method)
            {
                return method;
            }
        }

        return null;
    }
}
