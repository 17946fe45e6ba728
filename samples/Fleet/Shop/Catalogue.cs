namespace Fleet.Shop;

/// <summary>Version 1.4.0 renders a page for each request and keeps none.</summary>
internal static class Catalogue
{
    public static string Find(int id) => $"<li>product {id}{new string('.', 6 * 1024)}</li>";
}
