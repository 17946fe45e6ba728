using System.IO.Compression;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Reporting;

/// <summary>A file that the page needs. Its name holds a hash of its content: what a browser has kept under that name is never old.</summary>
internal sealed class PageAsset
{
    private readonly Lazy<byte[]> _compressed;

    public PageAsset(string name, string extension, string contentType, byte[] content)
    {
        byte[] hash = Sha256.Hash(content);
        Name = $"{name}.{Convert.ToHexStringLower(hash.AsSpan(0, 6))}.{extension}";
        ContentType = contentType;
        Content = content;
        IntegrityHash = "sha256-" + Convert.ToBase64String(hash);
        _compressed = new Lazy<byte[]>(Compress);
    }

    public string Name { get; }

    public string ContentType { get; }

    public byte[] Content { get; }

    /// <summary>As a content security policy names an inline script or style.</summary>
    public string IntegrityHash { get; }

    /// <summary>By gzip.</summary>
    public byte[] Compressed => _compressed.Value;

    private byte[] Compress()
    {
        using MemoryStream stream = new();
        using (GZipStream gzip = new(stream, CompressionLevel.SmallestSize))
        {
            gzip.Write(Content);
        }

        return stream.ToArray();
    }
}
