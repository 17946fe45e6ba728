using System.Reflection;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Keeps every assembly of the process loaded, those included that are loaded meanwhile, until it is disposed.</summary>
/// <remarks>
/// The runtime's heap walk lists the static fields of all assemblies after its own collection. A collectible one that nobody holds any more dies in that
/// collection, and the walk crashes the process. Held, it lives until the walk and the naming are over.
/// </remarks>
internal sealed class HeldAssemblies : IDisposable
{
    // Guarded by itself: assemblies are loaded by any thread.
    private readonly HashSet<Assembly> _held = [];

    public HeldAssemblies()
    {
        // First those to come, then those that are there: none is missed in between.
        AppDomain.CurrentDomain.AssemblyLoad += OnLoad;
        foreach (Assembly assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Add(assembly);
        }
    }

    /// <summary>All that are held now. A copy.</summary>
    public IReadOnlyList<Assembly> All
    {
        get
        {
            lock (_held)
            {
                return [.. _held];
            }
        }
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.AssemblyLoad -= OnLoad;
        lock (_held)
        {
            _held.Clear();
        }
    }

    // Runs on the thread that loads: an exception would go into the host's code.
    private void OnLoad(object? sender, AssemblyLoadEventArgs load) => Containment.Run((Self: this, load.LoadedAssembly), static loaded => loaded.Self.Add(loaded.LoadedAssembly));

    private void Add(Assembly assembly)
    {
        lock (_held)
        {
            _held.Add(assembly);
        }
    }
}
