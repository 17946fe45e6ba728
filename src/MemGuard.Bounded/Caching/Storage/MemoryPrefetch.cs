using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MemGuard.Bounded;

/// <summary>Asks the processor to fetch memory that will be needed a little later. Changes nothing but time; does nothing where it is not supported.</summary>
internal static class MemoryPrefetch
{
    /// <summary>The garbage collector may move the object meanwhile: then the hint is wasted, no more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe void Read<T>(ref T location)
    {
        if (Sse.IsSupported)
        {
            Sse.Prefetch0(Unsafe.AsPointer(ref location));
        }
    }
}
