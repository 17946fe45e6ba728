namespace MemGuard.HeapSnapshots;

/// <summary>One step on the way from a root to an object.</summary>
/// <remarks>Immutable.</remarks>
public sealed record RetainerLink
{
    /// <summary>The type of the object at this step, or the root, for example <c>static UserService._cache</c>.</summary>
    public required string TypeName { get; init; }

    /// <summary>The field that leads to the next step; null when it cannot be told, <c>[]</c> for an array's element.</summary>
    public string? FieldName { get; init; }

    /// <summary>How many steps of the same type this one stands for: 1, or the length of a list.</summary>
    public int RepeatCount { get; init; } = 1;
}
