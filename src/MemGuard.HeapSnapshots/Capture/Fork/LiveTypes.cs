using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Turns the runtime's handles of types into types, but only where it is certain that the type cannot have been unloaded since the copy was made.</summary>
internal sealed class LiveTypes
{
    // The first row is <Module>, which cannot be asked for. A class may refer to an assembly that is missing: then another tells the same.
    private const int FirstTypeToken = 0x02000002;
    private const int LastTypeToken = FirstTypeToken + 7;

    private readonly MemoryView _view;
    private readonly RuntimeLayout _layout;
    private readonly HashSet<ulong> _collectible = [];

    /// <param name="view">The own process: descriptions of what is held do not change.</param>
    /// <param name="layout">The runtime's layout.</param>
    /// <param name="assemblies">Held since before the copy was made until the names are read.</param>
    public LiveTypes(MemoryView view, RuntimeLayout layout, IReadOnlyList<Assembly> assemblies)
    {
        _view = view;
        _layout = layout;
        foreach (Assembly assembly in assemblies)
        {
            if (FindModule(assembly) is { } module)
            {
                Modules.Add(module);
                if (assembly.IsCollectible)
                {
                    _collectible.Add(module);
                }
            }
        }
    }

    /// <summary>The runtime's descriptions of the modules that are held.</summary>
    public List<ulong> Modules { get; } = [];

    /// <param name="id">A handle whose description was verified: to follow another would end the process. Unused room has none.</param>
    /// <param name="isCollectible">Whether its load context can unload.</param>
    /// <returns>The type; null when it may be gone.</returns>
    public Type? Find(ulong id, bool isCollectible)
    {
        if (isCollectible && !IsHeld(id))
        {
            return null;
        }

        return Type.GetTypeFromHandle(RuntimeTypeHandle.FromIntPtr((nint)id));
    }

    // The module whose loader made it: for List<Plugin> the plugin's. While that assembly is held, so is all that it refers to.
    private bool IsHeld(ulong id) =>
        _view.TryReadUInt64(id + (ulong)_layout.AuxiliaryData, out ulong auxiliary)
        && _view.TryReadUInt64(auxiliary + (ulong)_layout.LoaderModule, out ulong module)
        && _collectible.Contains(module);

    private ulong? FindModule(Assembly assembly)
    {
        for (int token = FirstTypeToken; token <= LastTypeToken; token++)
        {
            if (TryResolve(assembly.ManifestModule, token) is { } type && _view.TryReadUInt64((ulong)type.TypeHandle.Value + (ulong)_layout.Module, out ulong module))
            {
                return module;
            }
        }

        return null;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = "A class that trimming removed has no fields.")]
    private static Type? TryResolve(Module module, int token)
    {
        try
        {
            return module.ResolveType(token);
        }
        catch (Exception exception) when (exception is not OutOfMemoryException)
        {
            return null;
        }
    }
}
