using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Names the field at a place of an object, where the capture tells places.</summary>
internal sealed class ExactFields(IFieldPlaces places)
{
    private const int SlotBytes = 8;
    private const int MaxStructDepth = 8;

    private readonly Dictionary<(Type, int), string?> _known = [];

    /// <param name="holder">The object's type.</param>
    /// <param name="slot">The place, in units of 8 bytes from the object's beginning; of an array from the element's.</param>
    /// <returns>The field, with the fields of structs inside it; <c>[]</c> for an array's element; null when no field is there.</returns>
    public string? Find(Type holder, int slot)
    {
        if (!_known.TryGetValue((holder, slot), out string? name))
        {
            name = holder.IsArray
                ? holder.GetElementType() is { IsValueType: true } element ? FindIn(element, slot * SlotBytes, "[].", 0) : "[]"
                : FindInClass(holder, slot * SlotBytes);
            _known.Add((holder, slot), name);
        }

        return name;
    }

    private string? FindInClass(Type holder, int offset)
    {
        for (Type? level = holder; level is not null; level = level.BaseType)
        {
            if (FindIn(level, offset, "", 0) is { } name)
            {
                return name;
            }
        }

        return null;
    }

    // The last field that begins at or before the place holds it.
    private string? FindIn(Type type, int offset, string prefix, int depth)
    {
        FieldInfo? holder = null;
        int start = -1;
        foreach (FieldInfo field in Reflection.GetInstanceFields(type))
        {
            if (places.FindOffset(field) is { } at && at <= offset && at > start)
            {
                holder = field;
                start = at;
            }
        }

        if (holder is null || Reflection.GetFieldType(holder) is not { } declared)
        {
            return null;
        }

        string name = prefix + FieldNames.Display(holder.Name);
        if (!declared.IsValueType)
        {
            return start == offset ? name : null;
        }

        return depth < MaxStructDepth && !declared.IsPrimitive && !declared.IsEnum ? FindIn(declared, offset - start, name + ".", depth + 1) : null;
    }
}
