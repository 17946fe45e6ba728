using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Names the field through which an object of one type refers to an object of another, where the types leave no choice.</summary>
internal static class EdgeFields
{
    private const int MaxListed = 3;
    private const int MaxStructDepth = 3;

    /// <returns>The field; <c>[]</c> of an array; candidates in parentheses when several fit; null when none or too many do.</returns>
    public static string? Find(Type? holder, Type? child)
    {
        if (holder is null || child is null)
        {
            return null;
        }

        List<string> fitting = [];
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

        return fitting.Count switch
        {
            1 => fitting[0],
            > 1 and <= MaxListed => "(one of " + string.Join(" | ", fitting) + ")",
            _ => null,
        };
    }

    private static void Collect(Type type, Type child, string prefix, int depth, List<string> fitting)
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
                    fitting.Add(name);
                }
            }
            else if (depth < MaxStructDepth && !declared.IsEnum && declared != type)
            {
                Collect(declared, child, name + ".", depth + 1, fitting);
            }
        }
    }
}
