using System.IO.Compression;
using System.Xml.Linq;

namespace Packages;

/// <summary>A package beside its symbols, both open.</summary>
internal sealed class PackedPackage : IDisposable
{
    private readonly ZipArchive _archive;
    private readonly ZipArchive? _symbols;
    private readonly XElement _metadata;

    private PackedPackage(ZipArchive archive, ZipArchive? symbols)
    {
        _archive = archive;
        _symbols = symbols;
        using Stream nuspec = archive.Entries.Single(static entry => entry.FullName.EndsWith(".nuspec", StringComparison.Ordinal)).Open();
        _metadata = XDocument.Load(nuspec).Root!.Elements().Single(static element => element.Name.LocalName == "metadata");
    }

    public string Id => Text("id") ?? "";

    public string Version => Text("version") ?? "";

    public static PackedPackage Open(string path)
    {
        string symbols = Path.ChangeExtension(path, ".snupkg");
        return new PackedPackage(ZipFile.OpenRead(path), File.Exists(symbols) ? ZipFile.OpenRead(symbols) : null);
    }

    /// <summary>The text of an element of the metadata.</summary>
    public string? Text(string name) => Element(name)?.Value;

    public string? Attribute(string name, string attribute) => Element(name)?.Attribute(attribute)?.Value;

    public IEnumerable<(string Id, string Version)> GetDependencies() =>
        _metadata.Descendants().Where(static element => element.Name.LocalName == "dependency").Select(static element => (element.Attribute("id")!.Value, element.Attribute("version")!.Value));

    /// <summary>The bytes of a file of the package, or null.</summary>
    public byte[]? Read(string path) => Read(_archive, path);

    /// <summary>The bytes of a file of the symbol package, or null.</summary>
    public byte[]? ReadSymbols(string path) => _symbols is null ? null : Read(_symbols, path);

    public void Dispose()
    {
        _archive.Dispose();
        _symbols?.Dispose();
    }

    private static byte[]? Read(ZipArchive archive, string path)
    {
        if (archive.GetEntry(path) is not { } entry)
        {
            return null;
        }

        using Stream content = entry.Open();
        using MemoryStream bytes = new();
        content.CopyTo(bytes);
        return bytes.ToArray();
    }

    private XElement? Element(string name) => _metadata.Elements().SingleOrDefault(element => element.Name.LocalName == name);
}
