namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>One step of a retainer path with what the naming needs to know of it.</summary>
/// <param name="Node">The graph's node.</param>
/// <param name="Type">The object's type; null for a virtual node.</param>
/// <param name="Static">The static field, when the node is one.</param>
/// <param name="Label">Its name.</param>
internal sealed record ChainNode(uint Node, HeapType? Type, StaticOwner? Static, string Label)
{
    public bool IsUserObject => Type is { IsUserObject: true };

    /// <summary>A collection or holder of the framework that users declare fields of.</summary>
    public bool IsCollection => Type is { IsFramework: true, IsWellKnown: true, IsArray: false, IsDelegate: false };

    /// <summary>Part of something larger: an array, or a class inside the framework that users never see.</summary>
    public bool IsInternal => Type is not null && !IsUserObject && !Type.IsDelegate && (Type.IsArray || !Type.IsWellKnown);

    public bool IsNamed(string fullName) => Type?.Type is { } type && (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName == fullName;

    public bool IsInNamespace(string name) => Type?.Type?.Namespace is { } found && (found == name || found.StartsWith(name + ".", StringComparison.Ordinal));
}
