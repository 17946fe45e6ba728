namespace MemGuard;

/// <summary>The one way to create a file of diagnostics: mode 0600, and never through a link. A name that exists, dangling link included, is refused.</summary>
internal static class PrivateFile
{
    /// <param name="path">The file, which must not exist.</param>
    /// <param name="share">What others may do while it is open.</param>
    /// <param name="bufferSize">Bytes held back before they reach the system; 0 for none.</param>
    /// <param name="preallocationSize">Bytes whose space on the disk is taken at once; where it is not there nothing is created.</param>
    public static FileStream Create(string path, FileShare share = FileShare.None, int bufferSize = 4096, long preallocationSize = 0) =>
        Open(path, FileMode.CreateNew, FileAccess.Write, share, bufferSize, preallocationSize);

    /// <summary>Opens a file, and makes it when it is not there. One that is there keeps its mode; a link is refused.</summary>
    public static FileStream OpenOrCreate(string path, FileShare share) =>
        new FileInfo(path).LinkTarget is null ? Open(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, share, bufferSize: 0) : throw new IOException($"'{path}' is a link.");

    /// <summary>A part of a name that nobody guesses: 32 hexadecimal digits. A GUID's bits come from the system; the cryptographic library would be loaded for them, which costs megabytes.</summary>
    public static string RandomName() => Guid.NewGuid().ToString("N");

    private static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share, int bufferSize, long preallocationSize = 0)
    {
        FileStreamOptions options = new() { Mode = mode, Access = access, Share = share, BufferSize = bufferSize, PreallocationSize = preallocationSize };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return new FileStream(path, options);
    }
}
