using System.Reflection.Metadata;
using System.Text.Json;

namespace Packages;

/// <summary>A debugger must find every source: by a link to the commit, or in the symbols themselves.</summary>
internal static class SymbolRules
{
    // Kinds of custom debug information, from the portable PDB format.
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A");
    private static readonly Guid EmbeddedSource = new("0E8A571B-6926-466E-B4AD-8AB04611F5FE");

    public static IEnumerable<string> Check(byte[]? symbols, string repository, string commit)
    {
        if (symbols is null)
        {
            return ["has no symbols"];
        }

        using MemoryStream stream = new(symbols);
        using MetadataReaderProvider provider = MetadataReaderProvider.FromPortablePdbStream(stream);
        return [.. Check(provider.GetMetadataReader(), repository, commit)];
    }

    private static IEnumerable<string> Check(MetadataReader reader, string repository, string commit)
    {
        string link = $"{repository.Replace("https://github.com/", "https://raw.githubusercontent.com/", StringComparison.Ordinal)}/{commit}/*";
        string[] folders = [.. ReadLinks(reader).Where(pair => pair.Value == link).Select(static pair => pair.Key.TrimEnd('*'))];
        if (folders.Length == 0)
        {
            yield return $"has symbols without a link to {link}";
        }

        foreach (DocumentHandle handle in reader.Documents)
        {
            string name = reader.GetString(reader.GetDocument(handle).Name);
            bool isEmbedded = Blobs(reader, handle, EmbeddedSource).Any();
            bool isGenerated = name.Contains("/obj/", StringComparison.Ordinal);
            if (!isEmbedded && (isGenerated || !folders.Any(folder => name.StartsWith(folder, StringComparison.Ordinal))))
            {
                yield return $"has symbols that cannot find {name}";
            }
        }
    }

    private static Dictionary<string, string> ReadLinks(MetadataReader reader) =>
        Blobs(reader, EntityHandle.ModuleDefinition, SourceLink).Select(static json => JsonDocument.Parse(json)).SelectMany(static document => document.RootElement.GetProperty("documents").EnumerateObject())
            .ToDictionary(static pair => pair.Name, static pair => pair.Value.GetString() ?? "", StringComparer.Ordinal);

    private static IEnumerable<byte[]> Blobs(MetadataReader reader, EntityHandle owner, Guid kind) =>
        reader.GetCustomDebugInformation(owner).Select(reader.GetCustomDebugInformation).Where(information => reader.GetGuid(information.Kind) == kind)
            .Select(information => reader.GetBlobBytes(information.Value));
}
