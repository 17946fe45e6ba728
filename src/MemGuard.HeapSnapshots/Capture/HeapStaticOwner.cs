namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The field behind a static root, where the way of capturing knows it exactly.</summary>
/// <param name="Declaring">The class, with its type arguments.</param>
/// <param name="FieldToken">The field's row in the class's module.</param>
/// <param name="IsThreadStatic">Whether each thread has its own.</param>
internal sealed record HeapStaticOwner(Type Declaring, int FieldToken, bool IsThreadStatic);
