using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Writes one type's name. Bounded: a type whose arguments have arguments may be written with billions of letters.</summary>
internal sealed class TypeNameWriter(IReadOnlyDictionary<Type, Type> bound, IReadOnlySet<Type> qualified)
{
    private const int MaxLength = 2000;
    private const int MaxDepth = 24;

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

    private readonly StringBuilder _text = new();
    private int _depth;

    public void Write(Type type)
    {
        if (_depth == MaxDepth || _text.Length > MaxLength)
        {
            _text.Append('…');
            return;
        }

        _depth++;
        WriteWithin(type);
        _depth--;
    }

    public override string ToString() => _text.ToString();

    private void WriteWithin(Type type)
    {
        if (bound.TryGetValue(type, out Type? argument) && argument != type)
        {
            Write(argument);
        }
        else if (Keywords.TryGetValue(type, out string? keyword))
        {
            _text.Append(keyword);
        }
        else if (type.IsArray)
        {
            WriteArray(type);
        }
        else if (type.IsPointer || type.IsByRef || type.IsGenericParameter)
        {
            _text.Append(type.Name);
        }
        else if (type.IsFunctionPointer)
        {
            _text.Append("function pointer");
        }
        else if (Nullable.GetUnderlyingType(type) is { } underlying)
        {
            Write(underlying);
            _text.Append('?');
        }
        else if (IsTuple(type))
        {
            WriteArguments(type.GetGenericArguments(), '(', ')');
        }
        else if (CompilerNames.Describe(type, qualified) is { } described)
        {
            _text.Append(described);
        }
        else
        {
            WriteNested(type);
        }
    }

    // C# writes the outermost array's brackets first.
    private void WriteArray(Type type)
    {
        StringBuilder brackets = new();
        Type element = type;
        for (; element.IsArray; element = element.GetElementType()!)
        {
            brackets.Append('[').Append(',', element.GetArrayRank() - 1).Append(']');
        }

        Write(element);
        _text.Append(brackets);
    }

    // Reflection gives a nested type all type arguments of its outer types: each level takes as many as its own name announces.
    private void WriteNested(Type type)
    {
        List<Type> levels = [type];
        while (levels[^1].DeclaringType is { } outer)
        {
            levels.Add(outer);
        }

        Type outermost = levels[^1].IsGenericType ? levels[^1].GetGenericTypeDefinition() : levels[^1];
        if (outermost.Namespace is { Length: > 0 } space && qualified.Contains(outermost))
        {
            _text.Append(space).Append('.');
        }

        Type[] arguments = type.GetGenericArguments();
        int next = 0;
        for (int i = levels.Count - 1; i >= 0; i--)
        {
            (string name, int own) = SplitArity(levels[i].Name);
            _text.Append(name);
            if (own > 0 && own <= arguments.Length - next)
            {
                WriteArguments(arguments.AsSpan(next, own), '<', '>');
                next += own;
            }

            _text.Append(i > 0 ? "." : "");
        }
    }

    private void WriteArguments(ReadOnlySpan<Type> arguments, char open, char close)
    {
        _text.Append(open);
        for (int i = 0; i < arguments.Length; i++)
        {
            _text.Append(i > 0 ? ", " : "");
            Write(arguments[i]);
        }

        _text.Append(close);
    }

    // An eighth element is in a tuple of its own, which C# does not show: written as it is.
    private static bool IsTuple(Type type) =>
        type is { IsConstructedGenericType: true, IsValueType: true, Namespace: "System" } && typeof(ITuple).IsAssignableFrom(type) && type.GetGenericArguments().Length is >= 2 and <= 7;

    // Only the compilers' own habit: a proxy generator makes IRepository`1Proxy, which has no arguments of its own.
    private static (string Name, int Arity) SplitArity(string name)
    {
        int tick = name.LastIndexOf('`');
        return tick > 0 && int.TryParse(name.AsSpan(tick + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int arity) ? (name[..tick], arity) : (name, 0);
    }
}
