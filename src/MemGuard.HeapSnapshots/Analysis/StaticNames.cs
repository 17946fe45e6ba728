using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds the class of each static root: the runtime gives the field's name and the object's exact type, not who declares it.</summary>
internal static class StaticNames
{
    public static IReadOnlyList<StaticOwner> Resolve(IReadOnlyList<HeapStatic> statics, HeapTypeTable types)
    {
        HashSet<string> wanted = [.. statics.Select(static root => root.FieldName)];
        Dictionary<string, List<FieldInfo>> index = StaticFieldIndex.Find(wanted, types.Assemblies);
        List<StaticOwner> owners = new(statics.Count);
        foreach (HeapStatic root in statics)
        {
            Type? held = types.FindType(root.TypeId);
            List<FieldInfo> fitting = index.TryGetValue(root.FieldName, out List<FieldInfo>? fields)
                ? fields.FindAll(field => CanHold(field, held))
                : [];
            owners.Add(new StaticOwner(root.FieldName, fitting));
        }

        return owners;
    }

    private static bool CanHold(FieldInfo field, Type? held) =>
        held is not null
        && field.DeclaringType is { ContainsGenericParameters: false }
        && !field.IsDefined(typeof(ThreadStaticAttribute), inherit: false)
        && Reflection.GetFieldType(field) is { } declared
        && (declared.IsAssignableFrom(held) || Nullable.GetUnderlyingType(declared) == held);
}
