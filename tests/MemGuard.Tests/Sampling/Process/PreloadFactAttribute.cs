namespace MemGuard.Tests.Sampling;

/// <summary>A test with an allocator that somebody may load in place of the C library's, where it is installed.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PreloadFactAttribute : FactAttribute
{
    private static readonly string[] Folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib64", "/usr/lib"];

    public PreloadFactAttribute(string library)
    {
        Library = library;
        if (Find(library) is null)
        {
            Skip = $"{library} is not installed; Debian has libjemalloc2, libmimalloc2.0 and libtcmalloc-minimal4";
        }
    }

    /// <summary>The file name of the library.</summary>
    public string Library { get; }

    /// <summary>Where it is; null where it is not installed.</summary>
    public static string? Find(string library) => Folders.Select(folder => Path.Combine(folder, library)).FirstOrDefault(File.Exists);
}
