namespace MemGuard.StartupHook.Tests.Support;

/// <summary>A private directory of a test.</summary>
internal sealed class Folder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("memguard-test-").FullName;

    public string Combine(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Copies the hook, for tests that damage it.</summary>
    public string CopyHook()
    {
        string hook = Combine("hook");
        Directory.CreateDirectory(hook);
        foreach (string file in Directory.EnumerateFiles(HookedApp.HookFolder, "*.dll"))
        {
            File.Copy(file, System.IO.Path.Combine(hook, System.IO.Path.GetFileName(file)));
        }

        return hook;
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
