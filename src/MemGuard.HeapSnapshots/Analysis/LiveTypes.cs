using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds the types that a capture describes among those of the assemblies that are held alive.</summary>
/// <remarks>
/// A type's id is the address of the runtime's own description of it. To follow one that is gone, or that never was one, ends the process: so none is
/// followed. A type is looked up by module and token, as in its assembly's metadata, and is the one described only if its own handle equals the id.
/// </remarks>
internal sealed class LiveTypes(IReadOnlyDictionary<ulong, TypeDescription> descriptions, IReadOnlyList<Assembly> assemblies)
{
    // Types of a module whose assembly is not held are looked for in all assemblies: a few of them are enough to know that.
    private const int MaxTries = 8;
    private const int MaxDepth = 32;

    private readonly Dictionary<ulong, Type?> _known = [];
    private readonly Dictionary<ulong, Module> _modules = [];
    private readonly Dictionary<ulong, int> _tries = [];
    private readonly Dictionary<ulong, Type> _dynamic = [];
    private MetadataOf[]? _metadata;

    /// <returns>The type; null when no assembly that is held has it.</returns>
    public Type? Find(ulong id) => Find(id, 0);

    private Type? Find(ulong id, int depth)
    {
        if (_known.TryGetValue(id, out Type? known))
        {
            return known;
        }

        if (depth == MaxDepth || !descriptions.TryGetValue(id, out TypeDescription? description))
        {
            return null;
        }

        // Entered before its arguments are looked for: a damaged description may name itself.
        _known[id] = null;
        Type? found = description.ArrayRank == 0 ? FindInModules(id, description, depth) : Same(id, MakeArray(description, depth));
        _known[id] = found;
        return found;
    }

    private Type? MakeArray(TypeDescription description, int depth) =>
        description.Arguments is [var element] && Find(element, depth + 1) is { } type
            ? Reflection.MakeArray(type, description.ArrayRank == TypeDescription.Vector ? null : description.ArrayRank)
            : null;

    private Type? FindInModules(ulong id, TypeDescription description, int depth)
    {
        Type[] arguments = new Type[description.Arguments.Count];
        for (int i = 0; i < arguments.Length; i++)
        {
            if (Find(description.Arguments[i], depth + 1) is not { } argument)
            {
                return null;
            }

            arguments[i] = argument;
        }

        if (_modules.TryGetValue(description.ModuleId, out Module? module))
        {
            return Same(id, Make(module, description, arguments));
        }

        int tries = _tries.GetValueOrDefault(description.ModuleId);
        if (tries == MaxTries)
        {
            return null;
        }

        _tries[description.ModuleId] = tries + 1;
        foreach (MetadataOf candidate in _metadata ??= Read())
        {
            if (candidate.Names(description) && Same(id, Make(candidate.Module, description, arguments)) is { } type)
            {
                _modules[description.ModuleId] = candidate.Module;
                return type;
            }
        }

        return _dynamic.GetValueOrDefault(id);
    }

    private static Type? Make(Module module, TypeDescription description, Type[] arguments) =>
        Reflection.ResolveType(module, description.Token) is not { } definition ? null
        : arguments.Length == 0 ? definition
        : definition.IsGenericTypeDefinition && definition.GetGenericArguments().Length == arguments.Length ? Reflection.MakeGeneric(definition, arguments)
        : null;

    private static Type? Same(ulong id, Type? type) => type is not null && (ulong)type.TypeHandle.Value == id ? type : null;

    // Assemblies that were made in memory have no metadata to read, and few types: their handles are compared.
    private unsafe MetadataOf[] Read()
    {
        List<MetadataOf> all = [];
        foreach (Assembly assembly in assemblies)
        {
            if (!assembly.IsDynamic && assembly.TryGetRawMetadata(out byte* blob, out int length))
            {
                try
                {
                    all.Add(new MetadataOf(assembly.ManifestModule, new MetadataReader(blob, length)));
                }
                catch (BadImageFormatException)
                {
                    // Fit for the runtime alone, as obfuscators make it: its types keep the names of the stream.
                }

                continue;
            }

            foreach (Type type in Reflection.GetTypes(assembly))
            {
                if (!type.ContainsGenericParameters)
                {
                    _dynamic[(ulong)type.TypeHandle.Value] = type;
                }
            }
        }

        return [.. all];
    }

    private sealed record MetadataOf(Module Module, MetadataReader Reader)
    {
        /// <summary>Whether the description's token is a type of the description's name here: loads nothing.</summary>
        public bool Names(TypeDescription description)
        {
            EntityHandle handle = (description.Token >> 24) == 0x02 ? MetadataTokens.EntityHandle(description.Token) : default;
            int row = description.Token & 0xFFFFFF;
            if (handle.IsNil || row > Reader.TypeDefinitions.Count)
            {
                return false;
            }

            try
            {
                // The stream writes outer classes between the namespace and the name, and arguments after it.
                int end = description.Name.IndexOf('[', StringComparison.Ordinal);
                ReadOnlySpan<char> bare = end < 0 ? description.Name : description.Name.AsSpan(0, end);
                TypeDefinition type = Reader.GetTypeDefinition((TypeDefinitionHandle)handle);
                return bare.EndsWith(Reader.GetString(type.Name), StringComparison.Ordinal) && bare.StartsWith(Reader.GetString(type.Namespace), StringComparison.Ordinal);
            }
            catch (BadImageFormatException)
            {
                return false;
            }
        }
    }
}
