using System.Diagnostics.CodeAnalysis;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds type arguments with which an open type becomes a given one, without constructing any type.</summary>
internal static class TypeUnifier
{
    /// <returns>Whether a field declared as <paramref name="open"/> could hold an object of <paramref name="exact"/>; the arguments that make it fit are added.</returns>
    public static bool Fits(Type open, Type exact, Dictionary<Type, Type> arguments)
    {
        if (Unify(open, exact, arguments))
        {
            return true;
        }

        // The field may be declared as a base class or an interface of what it holds.
        if (!open.IsGenericType || !open.ContainsGenericParameters)
        {
            return !open.ContainsGenericParameters && open.IsAssignableFrom(exact);
        }

        for (Type? level = exact.BaseType; level is not null; level = level.BaseType)
        {
            arguments.Clear();
            if (Unify(open, level, arguments))
            {
                return true;
            }
        }

        foreach (Type implemented in Interfaces(exact))
        {
            arguments.Clear();
            if (Unify(open, implemented, arguments))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Unify(Type open, Type exact, Dictionary<Type, Type> arguments)
    {
        if (open.IsGenericParameter)
        {
            if (arguments.TryGetValue(open, out Type? bound))
            {
                return bound == exact;
            }

            arguments.Add(open, exact);
            return true;
        }

        if (open.IsArray || exact.IsArray)
        {
            return open.IsArray && exact.IsArray && open.GetArrayRank() == exact.GetArrayRank() && Unify(open.GetElementType()!, exact.GetElementType()!, arguments);
        }

        if (!open.ContainsGenericParameters)
        {
            return open == exact;
        }

        if (!open.IsGenericType || !exact.IsGenericType || open.GetGenericTypeDefinition() != exact.GetGenericTypeDefinition())
        {
            return false;
        }

        Type[] left = open.GetGenericArguments();
        Type[] right = exact.GetGenericArguments();
        for (int i = 0; i < left.Length; i++)
        {
            if (!Unify(left[i], right[i], arguments))
            {
                return false;
            }
        }

        return true;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2070", Justification = "An interface that trimming removed cannot be a field's type.")]
    private static Type[] Interfaces(Type type) => type.GetInterfaces();
}
