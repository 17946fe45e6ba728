using System.Globalization;

namespace MemGuard.HeapSnapshots.Allocations;

/// <summary>An allocation profile in the words of a log line.</summary>
internal static class AllocationText
{
    public static string Line(AllocationProfile profile)
    {
        string total = string.Create(CultureInfo.InvariantCulture, $"Allocations {profile.Duration.TotalSeconds:0.#} s: {ByteText.Of(profile.EstimatedBytes)} ({ByteText.Of((long)profile.BytesPerSecond)}/s)");
        return profile.SampleCount < AllocationProfile.ReliableSamples
            ? string.Create(CultureInfo.InvariantCulture, $"{total}. {profile.SampleCount} samples: too few to tell types or methods")
            : $"{total}. {Top(profile)}";
    }

    /// <returns>The type with the largest share and where it is allocated; that method where it allocates more than the type's half.</returns>
    public static string Top(AllocationProfile profile)
    {
        AllocatedType type = profile.Types[0];
        string share = Percent(type.ShareRatio, type.MarginRatio);
        string where = type.TopMethod is { } method ? $" in {Shorten(method)}" : "";
        string doubt = type.IsReliable ? "" : " (few samples)";
        return $"{type.Name} {share}{where}{doubt}";
    }

    public static string Percent(double share, double margin) => string.Create(CultureInfo.InvariantCulture, $"{share * 100:0} % ±{Math.Max(margin * 100, 1):0}");

    /// <summary>Without the namespace: the type and the method.</summary>
    public static string Shorten(string method)
    {
        int last = method.LastIndexOf('.');
        int before = last > 0 ? method.LastIndexOf('.', last - 1) : -1;
        return method[(before + 1)..];
    }
}
