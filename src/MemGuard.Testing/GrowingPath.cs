using System.Globalization;

namespace MemGuard.Testing;

/// <summary>Objects that stay behind with every call, and what holds them.</summary>
/// <remarks>Immutable.</remarks>
public sealed record GrowingPath
{
    /// <summary>Type of the objects.</summary>
    public required string TypeName { get; init; }

    /// <summary>What holds them, the root first.</summary>
    public required string Holder { get; init; }

    /// <summary>Objects for each call.</summary>
    public required double PerIteration { get; init; }

    /// <summary>Bytes retained for each call.</summary>
    public required double BytesPerIteration { get; init; }

    /// <summary>As a line of a message.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{PerIteration:+0.00} {TypeName} ({BytesPerIteration:N0} B) an iteration, held by {Holder}");
}
