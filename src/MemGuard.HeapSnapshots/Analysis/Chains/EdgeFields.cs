using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Names the field through which an object of one type refers to an object of another, where the types leave no choice.</summary>
internal static class EdgeFields
{
    private const int MaxListed = 3;
    private static readonly string[] LockWords = ["lock", "sync", "gate", "mutex"];
    private const int MaxStructDepth = 8;

    /// <returns>The field; <c>[]</c> of an array; candidates in parentheses when several fit; null when none or too many do.</returns>
    public static string? Find(Type? holder, Type? child)
    {
        if (holder is null || child is null)
        {
            return null;
        }

        if (typeof(Delegate).IsAssignableFrom(holder))
        {
            return child == typeof(object[]) ? "_invocationList" : child.Namespace == "System.Reflection" ? "_methodBase" : "_target";
        }

        List<(string Name, Type Declared)> fitting = [];
        if (holder.IsArray)
        {
            Type element = holder.GetElementType()!;
            if (!element.IsValueType)
            {
                return "[]";
            }

            Collect(element, child, "[].", 0, fitting);
        }
        else
        {
            for (Type? level = holder; level is not null; level = level.BaseType)
            {
                Collect(level, child, "", 0, fitting);
            }
        }

        List<string> likely = [.. DropLocks(holder, child, fitting).Select(static field => field.Name)];
        return likely.Count switch
        {
            1 => likely[0],
            > 1 and <= MaxListed => "(one of " + string.Join(" | ", likely) + ")",
            _ => null,
        };
    }

    // A field that can hold anything is mostly there to be locked. Of the application's classes only those go that say so.
    private static List<(string Name, Type Declared)> DropLocks(Type holder, Type child, List<(string Name, Type Declared)> fitting)
    {
        bool isFramework = OwnerNames.IsFramework(holder.Assembly);
        List<(string Name, Type Declared)> rest = fitting.FindAll(field =>
            field.Declared != typeof(object) || child == typeof(object)
            || !(isFramework || Array.Exists(LockWords, word => field.Name.Contains(word, StringComparison.OrdinalIgnoreCase))));
        return rest.Count == 0 ? fitting : rest;
    }

    /// <returns>The framework's class nearest above a class of the user's; null when that is no more than <see cref="object"/>.</returns>
    public static Type? FindFrameworkBase(Type type)
    {
        Type? level = type;
        while (level is not null && !OwnerNames.IsFramework(level.Assembly))
        {
            level = level.BaseType;
        }

        return level == type || level == typeof(object) || level == typeof(ValueType) ? null : level;
    }

    /// <returns>Whether a field is a private matter of the framework's base class and says nothing to who wrote the class.</returns>
    public static bool IsFrameworks(Type holder, string field)
    {
        if (OwnerNames.IsFramework(holder.Assembly) || field.StartsWith('('))
        {
            return false;
        }

        string first = field.Split('.')[0];
        for (Type? level = holder; level is not null; level = level.BaseType)
        {
            foreach (FieldInfo declared in Reflection.GetInstanceFields(level))
            {
                if (FieldNames.Display(declared.Name) == first)
                {
                    return OwnerNames.IsFramework(level.Assembly) && !declared.Name.StartsWith('<') && (declared.IsPrivate || declared.IsAssembly);
                }
            }
        }

        return false;
    }

    private static void Collect(Type type, Type child, string prefix, int depth, List<(string Name, Type Declared)> fitting)
    {
        foreach (FieldInfo field in Reflection.GetInstanceFields(type))
        {
            if (Reflection.GetFieldType(field) is not { } declared || declared.IsPrimitive || declared.IsPointer)
            {
                continue;
            }

            string name = prefix + FieldNames.Display(field.Name);
            if (!declared.IsValueType)
            {
                if (Reflection.CanHold(declared, child))
                {
                    fitting.Add((name, declared));
                }
            }
            else if (depth < MaxStructDepth && !declared.IsEnum && declared != type)
            {
                Collect(declared, child, name + ".", depth + 1, fitting);
            }
        }
    }
}
