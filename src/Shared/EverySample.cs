using System.Runtime.CompilerServices;

namespace MemGuard;

/// <summary>How the methods at the root of a sample are compiled: once and in full, not three times by way of the runtime's tiers.</summary>
internal static class EverySample
{
    /// <summary>For their <see cref="MethodImplAttribute"/>.</summary>
#if COMPILED_AHEAD
    // The attribute would leave them out, and all that only they call: compiled at run time then, which is what compiling ahead is to spare.
    public const MethodImplOptions Compiled = default;
#else
    public const MethodImplOptions Compiled = MethodImplOptions.AggressiveOptimization;
#endif
}
