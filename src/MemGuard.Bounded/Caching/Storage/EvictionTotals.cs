using System.Runtime.CompilerServices;

namespace MemGuard.Bounded;

/// <summary>A count for each <see cref="EvictionReason"/>, by its number.</summary>
[InlineArray(Length)]
internal struct EvictionTotals
{
    public const int Length = (int)EvictionReason.Cleared + 1;

    private long _first;
}
