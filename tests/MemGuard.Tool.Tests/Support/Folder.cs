using System.Reflection;

namespace MemGuard.Tool.Tests.Support;

/// <summary>A private directory of a test.</summary>
internal sealed class Folder : IDisposable
{
    /// <summary>An application that knows nothing of MemGuard.</summary>
    public static string AppPath { get; } = System.IO.Path.GetFullPath(typeof(Folder).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(static attribute => attribute.Key == "HookApp").Value!);

    public string Path { get; } = Directory.CreateTempSubdirectory("memguard-test-").FullName;

    public string Combine(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    public string Write(string name, string text)
    {
        string path = Combine(name);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
