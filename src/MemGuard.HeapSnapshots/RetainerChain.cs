using System.Globalization;

namespace MemGuard.HeapSnapshots;

/// <summary>Why an object is alive: the shortest way to it from a root. Ways from static fields are preferred to others.</summary>
/// <remarks>Immutable.</remarks>
public sealed record RetainerChain
{
    /// <summary>The steps, the root first.</summary>
    public required IReadOnlyList<RetainerLink> Links { get; init; }

    /// <summary>The chain on one line.</summary>
    public override string ToString() => string.Join(" → ", Links.Select(static link =>
        link.TypeName
        + (link.RepeatCount > 1 ? string.Create(CultureInfo.InvariantCulture, $" × {link.RepeatCount:N0}") : "")
        + (link.FieldName is null or "" or "[]" ? "" : link.FieldName.StartsWith("[]", StringComparison.Ordinal) ? link.FieldName[2..] : "." + link.FieldName)));
}
