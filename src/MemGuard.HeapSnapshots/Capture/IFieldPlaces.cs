using System.Reflection;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Tells where a field lies, where the way of capturing knows.</summary>
internal interface IFieldPlaces
{
    /// <returns>Bytes from the object's beginning; of a struct's field from the struct's; null when it cannot be told.</returns>
    int? FindOffset(FieldInfo field);
}
