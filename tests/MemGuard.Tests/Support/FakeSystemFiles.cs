using System.Text;
using MemGuard.Containers;

namespace MemGuard.Tests.Support;

/// <summary>Virtual files in memory. A file that is removed makes open handles fail, as a removed control group does.</summary>
internal sealed class FakeSystemFiles : ISystemFiles
{
    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    public string this[string path]
    {
        set => _files[path] = Encoding.UTF8.GetBytes(value);
    }

    public IReadOnlyCollection<string> Paths => _files.Keys;

    public byte[] GetBytes(string path) => _files[path];

    public void SetBytes(string path, byte[] content) => _files[path] = content;

    public void Remove(string path) => _files.Remove(path);

    public ISystemFile? Open(string path) => _files.ContainsKey(path) ? new FakeFile(this, path) : null;

    public string? ReadText(string path, int largestBytes = 1 << 20) => _files.TryGetValue(path, out byte[]? content) ? Encoding.UTF8.GetString(content) : null;

    private sealed class FakeFile(FakeSystemFiles owner, string path) : ISystemFile
    {
        public int Read(Span<byte> buffer) => Read(buffer, 0);

        public int Read(Span<byte> buffer, long offset)
        {
            if (!owner._files.TryGetValue(path, out byte[]? content))
            {
                return -1;
            }

            ReadOnlySpan<byte> rest = content.AsSpan((int)Math.Min(offset, content.Length));
            rest = rest[..Math.Min(rest.Length, buffer.Length)];
            rest.CopyTo(buffer);
            return rest.Length;
        }

        public void Dispose()
        {
        }
    }
}
