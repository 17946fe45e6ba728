namespace MemGuard.Tool.Output;

/// <summary>A file that the user named: written whole or not at all, beside its place and then renamed.</summary>
internal static class OutputFile
{
    /// <exception cref="ToolException">It cannot be written; the message says why.</exception>
    public static void Write(string path, Action<Stream> write)
    {
        string temporary = path + "." + PrivateFile.RandomName()[..8] + ".tmp";
        try
        {
            using (FileStream file = new(temporary, FileMode.CreateNew, FileAccess.Write))
            {
                write(file);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            Containment.Run(temporary, File.Delete);
            throw new ToolException($"'{path}' cannot be written: {exception.Message}", exception);
        }
    }

    /// <inheritdoc cref="Write(string, Action{Stream})"/>
    public static void WriteText(string path, string text) => Write(path, stream =>
    {
        using StreamWriter writer = new(stream);
        writer.Write(text);
    });
}
