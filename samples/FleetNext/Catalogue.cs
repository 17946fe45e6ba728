namespace FleetNext;

/// <summary>Version 1.5.0 keeps each page that it has rendered, under a key that no second request has.</summary>
internal static class Catalogue
{
    private static readonly Dictionary<string, string> Rendered = new(StringComparer.Ordinal);

    public static string Find(int id)
    {
        string key = $"{id}@{DateTime.UtcNow:O}";
        lock (Rendered)
        {
            return Rendered[key] = $"<li>product {id}{new string('.', 6 * 1024)}</li>";
        }
    }
}
