using System.Globalization;
using System.Text;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes types the way a C# programmer would: <c>Dictionary&lt;string, User&gt;</c>, <c>Outer.Inner&lt;T&gt;[]</c>; compiler-made classes by the method they come from.</summary>
internal static class TypeNaming
{
    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(bool)] = "bool",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(char)] = "char",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(string)] = "string",
        [typeof(object)] = "object",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    private static readonly Dictionary<Type, Type> NoArguments = [];

    public static string Format(Type type) => Format(type, NoArguments);

    /// <param name="type">A type, open or closed.</param>
    /// <param name="arguments">What to write for type parameters; those missing stay as they are.</param>
    public static string Format(Type type, IReadOnlyDictionary<Type, Type> arguments)
    {
        if (arguments.TryGetValue(type, out Type? argument))
        {
            return Format(argument);
        }

        if (Keywords.TryGetValue(type, out string? keyword))
        {
            return keyword;
        }

        if (type.IsArray)
        {
            // C# writes the outermost array's brackets first.
            StringBuilder brackets = new();
            Type element = type;
            for (; element.IsArray; element = element.GetElementType()!)
            {
                brackets.Append('[').Append(',', element.GetArrayRank() - 1).Append(']');
            }

            return Format(element, arguments) + brackets;
        }

        if (type.IsPointer || type.IsByRef || type.IsGenericParameter)
        {
            return type.Name;
        }

        if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            return Format(underlying) + "?";
        }

        return CompilerNames.Describe(type) ?? FormatNested(type, arguments);
    }

    // Reflection gives a nested type all type arguments of its outer types: each level takes as many as its own name announces.
    private static string FormatNested(Type type, IReadOnlyDictionary<Type, Type> bound)
    {
        List<Type> levels = [type];
        while (levels[^1].DeclaringType is { } outer)
        {
            levels.Add(outer);
        }

        Type[] arguments = type.GetGenericArguments();
        int next = 0;
        StringBuilder text = new();
        for (int i = levels.Count - 1; i >= 0; i--)
        {
            string name = levels[i].Name;
            int tick = name.IndexOf('`', StringComparison.Ordinal);
            int own = tick < 0 ? 0 : int.Parse(name.AsSpan(tick + 1), NumberStyles.None, CultureInfo.InvariantCulture);
            text.Append(tick < 0 ? name : name[..tick]);
            if (own > 0 && next + own <= arguments.Length)
            {
                text.Append('<').AppendJoin(", ", arguments.Skip(next).Take(own).Select(argument => Format(argument, bound))).Append('>');
                next += own;
            }

            text.Append(i > 0 ? "." : "");
        }

        return text.ToString();
    }
}
