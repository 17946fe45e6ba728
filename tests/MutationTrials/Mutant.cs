namespace MutationTrials;

/// <summary>One change that Stryker compiled into the assembly, switched on by its number.</summary>
/// <param name="File">Path below <c>src</c>.</param>
/// <param name="IsStatic">It runs when a type is initialised: once a process, before a switch in the middle of a process can matter.</param>
internal sealed record Mutant(int Id, string File, int Line, string Kind, string Before, string After, bool IsStatic)
{
    public override string ToString() => $"src/{File}:{Line}\t{Kind}\t{Before}  →  {After}";
}
