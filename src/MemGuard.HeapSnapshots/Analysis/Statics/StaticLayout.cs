using System.Reflection;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The order in which the runtime lays out a class's static fields that hold objects.</summary>
internal sealed class StaticLayout
{
    private readonly Dictionary<Type, IReadOnlyList<FieldInfo>> _known = [];

    /// <returns>The fields in slot order.</returns>
    public IReadOnlyList<FieldInfo> Of(Type declaring)
    {
        if (!_known.TryGetValue(declaring, out IReadOnlyList<FieldInfo>? fields))
        {
            List<FieldInfo> references = [];
            List<FieldInfo> boxed = [];
            foreach (FieldInfo field in Reflection.GetStaticFields(declaring).OrderBy(static field => field.MetadataToken))
            {
                if (field.IsLiteral || Reflection.IsThreadStatic(field) || Reflection.GetFieldType(field) is not { } type)
                {
                    continue;
                }

                if (!type.IsValueType && !type.IsPointer && !type.IsFunctionPointer)
                {
                    references.Add(field);
                }
                else if (type.IsValueType && !type.IsPrimitive && !type.IsEnum && (field.Attributes & FieldAttributes.HasFieldRVA) == 0)
                {
                    boxed.Add(field);
                }
            }

            fields = [.. boxed, .. references];
            _known.Add(declaring, fields);
        }

        return fields;
    }
}
