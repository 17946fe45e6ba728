using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Guesses the static fields that the runtime does not report: those of generic classes and thread statics. By type, so the result is a list of candidates.</summary>
internal sealed class HiddenStatics(IReadOnlyList<Assembly> assemblies, TypeNames names)
{
    private List<FieldInfo>? _generic;
    private List<FieldInfo>? _threadStatic;

    public HiddenStatics(IReadOnlyList<Assembly> assemblies)
        : this(assemblies, new TypeNames())
    {
    }

    /// <returns>Static fields of generic classes that could hold an object of the type, as the user would write them.</returns>
    public IReadOnlyList<string> FindGeneric(Type held)
    {
        Scan();
        return Name(_generic!, held, Describe);
    }

    /// <returns>Thread-static fields that could hold an object of the type.</returns>
    public IReadOnlyList<string> FindThreadStatic(Type held)
    {
        Scan();
        return Name(_threadStatic!, held, Describe);
    }

    private string? Describe(FieldInfo field, Type held)
    {
        Dictionary<Type, Type> arguments = [];
        return TypeUnifier.Fits(field.FieldType, held, arguments)
            ? names.Format(field.DeclaringType!, arguments) + "." + FieldNames.Display(field.Name)
            : null;
    }

    private static List<string> Name(List<FieldInfo> fields, Type held, Func<FieldInfo, Type, string?> describe)
    {
        List<string> fitting = [];
        foreach (FieldInfo field in fields)
        {
            if (Reflection.GetFieldType(field) is { } declared && declared != typeof(object) && describe(field, held) is { } name)
            {
                fitting.Add(name);
            }
        }

        return fitting;
    }

    // Only the application's and its libraries' classes: the framework has hundreds that fit everything.
    private void Scan()
    {
        if (_generic is not null)
        {
            return;
        }

        _generic = [];
        _threadStatic = [];
        foreach (Assembly assembly in assemblies)
        {
            if (OwnerNames.IsFramework(assembly))
            {
                continue;
            }

            foreach (FieldInfo field in Reflection.GetTypes(assembly).SelectMany(Reflection.GetStaticFields))
            {
                if (Reflection.IsThreadStatic(field))
                {
                    _threadStatic.Add(field);
                }
                else if (!field.IsLiteral && field.DeclaringType is { ContainsGenericParameters: true })
                {
                    _generic.Add(field);
                }
            }
        }
    }
}
