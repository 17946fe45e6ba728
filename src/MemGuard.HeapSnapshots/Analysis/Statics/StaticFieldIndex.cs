using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds the static fields of a name in all loaded assemblies. Reads raw metadata, so no type is loaded for the search.</summary>
internal static unsafe class StaticFieldIndex
{
    /// <param name="wanted">The names to look for.</param>
    /// <param name="assemblies">Where to look.</param>
    /// <returns>The fields by name. Constants are left out: they hold no object.</returns>
    public static Dictionary<string, List<FieldInfo>> Find(IReadOnlySet<string> wanted, IReadOnlyList<Assembly> assemblies)
    {
        Dictionary<string, List<FieldInfo>> found = new(StringComparer.Ordinal);
        foreach (Assembly assembly in assemblies)
        {
            try
            {
                FindIn(wanted, assembly, found);
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                // An obfuscator's metadata may be fit for the runtime alone: that assembly's fields have no names then.
            }
        }

        return found;
    }

    private static void FindIn(IReadOnlySet<string> wanted, Assembly assembly, Dictionary<string, List<FieldInfo>> found)
    {
        if (!assembly.IsDynamic && assembly.TryGetRawMetadata(out byte* blob, out int length))
        {
            FindInMetadata(wanted, assembly.ManifestModule, new MetadataReader(blob, length), found);
        }
        else
        {
            FindByReflection(wanted, assembly, found);
        }
    }

    private static void FindInMetadata(IReadOnlySet<string> wanted, Module module, MetadataReader metadata, Dictionary<string, List<FieldInfo>> found)
    {
        foreach (FieldDefinitionHandle handle in metadata.FieldDefinitions)
        {
            FieldDefinition field = metadata.GetFieldDefinition(handle);
            if ((field.Attributes & (FieldAttributes.Static | FieldAttributes.Literal)) != FieldAttributes.Static)
            {
                continue;
            }

            string name = metadata.GetString(field.Name);
            if (wanted.Contains(name) && Reflection.ResolveField(module, MetadataTokens.GetToken(handle)) is { } resolved)
            {
                Add(found, resolved);
            }
        }
    }

    private static void FindByReflection(IReadOnlySet<string> wanted, Assembly assembly, Dictionary<string, List<FieldInfo>> found)
    {
        foreach (FieldInfo field in Reflection.GetTypes(assembly).SelectMany(Reflection.GetStaticFields))
        {
            if (!field.IsLiteral && wanted.Contains(field.Name))
            {
                Add(found, field);
            }
        }
    }

    private static void Add(Dictionary<string, List<FieldInfo>> found, FieldInfo field)
    {
        if (!found.TryGetValue(field.Name, out List<FieldInfo>? fields))
        {
            fields = [];
            found.Add(field.Name, fields);
        }

        fields.Add(field);
    }
}
