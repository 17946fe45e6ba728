using System.Diagnostics.CodeAnalysis;
using MemGuard.Trends;

namespace MemGuard.Evidence;

/// <summary>Something that probably holds the memory.</summary>
/// <remarks>Immutable.</remarks>
public sealed record LeakSuspect
{
    /// <summary>A suspect whose name is to be set.</summary>
    public LeakSuspect()
    {
    }

    /// <summary>A suspect of which nothing but the name is known.</summary>
    /// <param name="name">The holder in the user's words.</param>
    [SetsRequiredMembers]
    public LeakSuspect(string name) => Name = name;

    /// <summary>The holder in the user's words, for example <c>static UserService._cache → ConcurrentDictionary&lt;string, User&gt;</c>.</summary>
    public required string Name { get; init; }

    /// <summary>Bytes that would be freed with it; null when unknown.</summary>
    public long? RetainedBytes { get; init; }

    /// <summary>Entries, handlers or items it holds; null when unknown.</summary>
    public long? Count { get; init; }

    /// <summary>What <see cref="Count"/> counts, in the plural: entries, handlers, items.</summary>
    public string CountUnit { get; init; } = "entries";

    /// <summary>Share of the growth that it explains, 0–1; null when unknown.</summary>
    public double? GrowthShareRatio { get; init; }

    /// <summary>
    /// The same for the same suspect in every process and after every restart, so that one leak on forty instances is one: hexadecimal digits, of which
    /// the line shows the first eight. Null when it has none.
    /// </summary>
    public string? Fingerprint { get; init; }

    /// <summary>What it is, as far as that says when it stops growing. The default, <see cref="HolderKind.Unknown"/>, changes nothing.</summary>
    public HolderKind HolderKind { get; init; }

    /// <summary>The most entries that it takes, in the unit of <see cref="Count"/>; null when nothing bounds it, or that is not known.</summary>
    public long? Capacity { get; init; }

    /// <summary>The time after which all that is in there now has expired by itself; null when it does not, or that is not known.</summary>
    public TimeSpan? ExpiresIn { get; init; }

    /// <summary>What to do about it; null when the problem's own next step serves.</summary>
    public string? NextStep { get; init; }
}
