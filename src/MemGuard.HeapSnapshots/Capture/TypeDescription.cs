namespace MemGuard.HeapSnapshots.Capture;

/// <summary>How a capture describes a type, so that it can be looked up by metadata and compared: nothing in it is followed as an address.</summary>
/// <param name="Name">Full name with its arguments.</param>
/// <param name="ModuleId">A number for the module that defines it.</param>
/// <param name="Token">Its token in that module's metadata.</param>
/// <param name="ArrayRank">Dimensions of an array; 0 for any other type, -1 for an ordinary array with one.</param>
/// <param name="Arguments">Ids of type arguments, or of the element of an array.</param>
internal sealed record TypeDescription(string Name, ulong ModuleId, int Token, int ArrayRank, IReadOnlyList<ulong> Arguments)
{
    /// <summary>The rank of ordinary arrays, whose only dimension begins at zero.</summary>
    public const int Vector = -1;
}
