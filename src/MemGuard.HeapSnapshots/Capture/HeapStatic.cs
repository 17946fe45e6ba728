namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A static field that holds an object. The runtime's stream gives the field's name, not its class; a fork capture knows both.</summary>
/// <param name="Slot">Address of the field itself.</param>
/// <param name="Address">The object it holds.</param>
/// <param name="TypeId">Runtime handle of the object's exact type.</param>
/// <param name="FieldName">Name of the field; empty where <see cref="Owner"/> is known.</param>
internal readonly record struct HeapStatic(ulong Slot, ulong Address, ulong TypeId, string FieldName)
{
    /// <summary>The exact field; null when it has to be found by name.</summary>
    public HeapStaticOwner? Owner { get; init; }
}
