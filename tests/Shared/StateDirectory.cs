using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Tests.Support;

/// <summary>Gives the black boxes of the tests' hosts a directory of their own: no test hears of a process before.</summary>
internal static class StateDirectory
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255:The 'ModuleInitializer' attribute should not be used in libraries", Justification = "A test assembly is run, not referenced.")]
    internal static void Create()
    {
        string path = Directory.CreateTempSubdirectory("memguard-state-").FullName;
        Environment.SetEnvironmentVariable("STATE_DIRECTORY", path);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(path, recursive: true);
    }
}
