using System.Text;

namespace MemGuard.Tool.Sessions;

/// <summary>Reads what was added to a text file since the last look, whole lines only. The file may come later, or never.</summary>
internal sealed class FileTail(string path)
{
    private readonly StringBuilder _rest = new();
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private long _position;

    public IReadOnlyList<string> ReadNew()
    {
        try
        {
            using FileStream file = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            file.Seek(_position, SeekOrigin.Begin);
            byte[] bytes = new byte[8192];
            char[] characters = new char[8192];
            for (int length = file.Read(bytes); length > 0; length = file.Read(bytes))
            {
                _position += length;
                _rest.Append(characters, 0, _decoder.GetChars(bytes, 0, length, characters, 0));
            }
        }
        catch (Exception notThere) when (notThere is IOException or UnauthorizedAccessException)
        {
            return [];
        }

        string[] lines = _rest.ToString().Split('\n');
        _rest.Clear().Append(lines[^1]);
        return lines[..^1];
    }
}
