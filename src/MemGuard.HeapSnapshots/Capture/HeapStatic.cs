namespace MemGuard.HeapSnapshots.Capture;

/// <summary>A static field that holds an object. The runtime gives the field's name, not its class.</summary>
/// <param name="Slot">Address of the field itself.</param>
/// <param name="Address">The object it holds.</param>
/// <param name="TypeId">Runtime handle of the object's exact type.</param>
/// <param name="FieldName">Name of the field.</param>
internal readonly record struct HeapStatic(ulong Slot, ulong Address, ulong TypeId, string FieldName);
