namespace SnapshotChild;

/// <summary>What a collectible load context is filled with.</summary>
public sealed class Plugin
{
    private static readonly List<object> Kept = [new object()];

    public object Item { get; } = Kept;
}
