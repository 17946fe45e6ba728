using System.Globalization;
using MemGuard.Limits;

namespace LeakyShop;

/// <summary>Prints where the bytes of the working set are, two columns side by side.</summary>
internal static class LedgerTable
{
    public static void Print((string Title, IReadOnlyDictionary<string, double> Megabytes) left, (string Title, IReadOnlyDictionary<string, double> Megabytes) right)
    {
        if (left.Megabytes.Count == 0 || right.Megabytes.Count == 0)
        {
            return;
        }

        Console.WriteLine($"{"working set by kind, MB",-32}{left.Title,14}{right.Title,14}");
        foreach ((string kind, double megabytes) in left.Megabytes)
        {
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{kind,-32}{megabytes,14:0.0}{right.Megabytes[kind],14:0.0}"));
        }
    }
}
