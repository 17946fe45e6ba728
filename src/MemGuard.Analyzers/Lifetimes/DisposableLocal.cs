using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>What a method does with a local variable that should be disposed of.</summary>
internal sealed class DisposableLocal
{
    private static readonly HashSet<string> Harmless = ["Cancel", "CancelAsync", "CancelAfter", "TryReset", "Change", "Start", "Stop", "ToString", "GetHashCode", "WaitForNextTickAsync"];

    public DisposableLocal(ILocalSymbol local, IOperation root)
    {
        EndsWithItsBlock = true;
        foreach (ILocalReferenceOperation use in root.UsesOf(local))
        {
            Note(use, local);
        }
    }

    /// <summary>Whether it is disposed of, or goes where somebody else may do so.</summary>
    public bool MayBeDisposed { get; private set; }

    public bool IsGivenATime { get; private set; }

    /// <summary>Whether nothing can use it, or its token, after its block has ended.</summary>
    public bool EndsWithItsBlock { get; private set; }

    private void Note(ILocalReferenceOperation use, ILocalSymbol local)
    {
        ISymbol? owner = use.Ancestors().Select(static each => each switch { IAnonymousFunctionOperation function => function.Symbol, ILocalFunctionOperation function => function.Symbol, _ => (ISymbol?)null }).FirstOrDefault(static each => each is not null);
        bool isCaptured = owner is not null && !SymbolEqualityComparer.Default.Equals(owner, local.ContainingSymbol);
        switch (use.User())
        {
            case IInvocationOperation call when call.Instance?.Unwrapped() == use && Harmless.Contains(call.TargetMethod.Name):
                IsGivenATime |= call.TargetMethod.Name == "CancelAfter";
                EndsWithItsBlock &= !isCaptured;
                break;
            case IPropertyReferenceOperation property when property.Instance?.Unwrapped() == use:
                EndsWithItsBlock &= !isCaptured && (property.Property.Name != "Token" || IsAwaited(property));
                break;
            case IEventReferenceOperation:
                EndsWithItsBlock = false;
                break;
            default:
                MayBeDisposed = true;
                break;
        }
    }

    // A call that has ended when the next statement begins: awaited, or of a method that returns no task.
    private static bool IsAwaited(IOperation token)
    {
        if (token.User() is not IArgumentOperation { Parent: IInvocationOperation call })
        {
            return false;
        }

        IOperation outer = call;
        while (outer.Parent is IInvocationOperation { TargetMethod.Name: "ConfigureAwait" or "WaitAsync" } next)
        {
            outer = next;
        }

        return outer.Parent is IAwaitOperation || (call.Type is { SpecialType: not SpecialType.None } && call.TargetMethod.Name is not ("Register" or "UnsafeRegister"));
    }
}
