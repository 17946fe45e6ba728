namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Kinds of GC handles, numbered as the runtime numbers them (gcinterface.h).</summary>
internal enum HandleKind : byte
{
    WeakShort,
    WeakLong,
    Strong,
    Pinned,
    Variable,
    RefCounted,
    Dependent,
    AsyncPinned,
    SizedRef,
    WeakNativeCom,
    WeakInteriorPointer,
    CrossReference,
}
