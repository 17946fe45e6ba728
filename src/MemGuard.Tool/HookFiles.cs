namespace MemGuard.Tool;

/// <summary>The hook that the tool carries.</summary>
internal static class HookFiles
{
    public const string EntryName = "MemGuard.Hook.dll";

    public static string Folder => Path.Combine(AppContext.BaseDirectory, "hook");

    /// <exception cref="ToolException">The tool is damaged.</exception>
    public static string FindEntry()
    {
        string entry = Path.Combine(Folder, EntryName);
        return File.Exists(entry) ? entry : throw new ToolException($"the tool is not complete: '{entry}' is missing; install it again");
    }

    /// <summary>Copies the hook.</summary>
    /// <param name="target">The folder, which is made where it is missing.</param>
    /// <param name="isPrivate">Whether it is for this user alone, and new.</param>
    /// <exception cref="ToolException">It cannot be written.</exception>
    public static string CopyTo(string target, bool isPrivate)
    {
        FindEntry();
        try
        {
            if (isPrivate)
            {
                PrivateDirectory.CreateFresh(target);
            }

            foreach (string file in Directory.EnumerateFiles(Folder, "*.dll", SearchOption.AllDirectories))
            {
                string copy = Path.Combine(target, Path.GetRelativePath(Folder, file));
                Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
                File.Copy(file, copy, overwrite: !isPrivate);
            }

            return Path.Combine(target, EntryName);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"the hook cannot be copied to '{target}': {failure.Message}", failure);
        }
    }
}
