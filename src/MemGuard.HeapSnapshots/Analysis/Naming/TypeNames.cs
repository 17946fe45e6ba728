using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Names types so that two of them never look like one: where a simple name stands for several, each has its namespace.</summary>
internal sealed class TypeNames
{
    private const int MaxDepth = 8;

    private static readonly Dictionary<Type, Type> NoArguments = [];

    private readonly Dictionary<string, List<Type>> _bySimpleName = new(StringComparer.Ordinal);
    private readonly HashSet<Type> _seen = [];
    private readonly HashSet<Type> _qualified = [];
    private readonly Dictionary<Assembly, bool> _isFramework = [];

    /// <summary>Lets a type and its arguments count. Before the first name is asked for: a name that was given stays.</summary>
    public void Include(Type type) => Include(type, 0);

    public string Format(Type type) => TypeNaming.Format(type, NoArguments, _qualified);

    /// <param name="type">A type, open or closed.</param>
    /// <param name="arguments">What to write for type parameters; those missing stay as they are.</param>
    public string Format(Type type, IReadOnlyDictionary<Type, Type> arguments) => TypeNaming.Format(type, arguments, _qualified);

    private void Include(Type type, int depth)
    {
        Type element = type;
        while (element.GetElementType() is { } inner)
        {
            element = inner;
        }

        if (depth == MaxDepth || element.IsGenericParameter || !_seen.Add(element))
        {
            return;
        }

        foreach (Type argument in element.IsGenericType ? element.GetGenericArguments() : [])
        {
            Include(argument, depth + 1);
        }

        Type outermost = CompilerNames.FindStateMachine(element) ?? element;
        while (outermost.DeclaringType is { } outer)
        {
            outermost = outer;
        }

        Add(outermost.IsGenericType ? outermost.GetGenericTypeDefinition() : outermost);
    }

    // What users never see of the framework takes no simple name away from anybody.
    private void Add(Type definition)
    {
        if (!definition.IsVisible && IsFramework(definition.Assembly))
        {
            return;
        }

        if (!_bySimpleName.TryGetValue(definition.Name, out List<Type>? alike))
        {
            alike = [];
            _bySimpleName.Add(definition.Name, alike);
        }

        if (!alike.Contains(definition))
        {
            alike.Add(definition);
            if (alike.Exists(other => other.Namespace != definition.Namespace))
            {
                _qualified.UnionWith(alike);
            }
        }
    }

    private bool IsFramework(Assembly assembly)
    {
        if (!_isFramework.TryGetValue(assembly, out bool known))
        {
            known = OwnerNames.IsFramework(assembly);
            _isFramework.Add(assembly, known);
        }

        return known;
    }
}
