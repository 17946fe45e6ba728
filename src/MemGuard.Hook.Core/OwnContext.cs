using System.Reflection;
using System.Runtime.Loader;

namespace MemGuard.Hook.Core;

/// <summary>Where MemGuard lives in a process that is not its own: its copies of what it needs come from the hook's folder, all else is the application's framework.</summary>
/// <remarks>Only for what is asked from inside: the application and its plug-ins never get a copy from here.</remarks>
internal sealed class OwnContext(string folder) : AssemblyLoadContext("MemGuard")
{
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        // The framework's are asked for far more often.
        if (assemblyName.Name is not { } name || !(name.StartsWith("MemGuard", StringComparison.Ordinal) || name.StartsWith("Microsoft.Extensions.", StringComparison.Ordinal)))
        {
            return null;
        }

        string path = Path.Combine(folder, name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }
}
