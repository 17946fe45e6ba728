using MemGuard.Trends;

namespace MemGuard.Evidence;

/// <summary>What suspects say to the detector.</summary>
internal static class HeldPlaces
{
    /// <summary>Those of known bytes: a count alone does not say who holds the growth.</summary>
    public static IReadOnlyList<HeldPlace> Of(EvidenceResult evidence) =>
        [.. evidence.Suspects.Where(static suspect => suspect.RetainedBytes is not null).Select(static suspect => new HeldPlace
        {
            Kind = suspect.HolderKind,
            Name = suspect.Name,
            Bytes = suspect.RetainedBytes!.Value,
            GrowthShare = suspect.GrowthShareRatio ?? double.NaN,
            FilledRatio = suspect is { Count: { } count, Capacity: > 0 and { } capacity } ? (double)count / capacity : double.NaN,
            ExpiresInSeconds = suspect.ExpiresIn?.TotalSeconds ?? double.NaN,
        })];
}
