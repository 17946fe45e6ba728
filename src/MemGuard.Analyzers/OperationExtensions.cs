using System.Collections.Generic;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>Questions to an expression about what surrounds it.</summary>
internal static class OperationExtensions
{
    private static readonly HashSet<string> CachingMethods = ["GetOrAdd", "GetOrAddAsync", "GetOrCreate", "GetOrCreateAsync", "GetOrSet", "GetOrSetAsync", "AddOrUpdate", "EnsureInitialized"];

    private static readonly HashSet<string> StoringMethods = ["Add", "TryAdd", "Set", "TryUpdate", "Insert", "Exchange", "CompareExchange", "GetOrAdd", "AddOrUpdate", "AddSingleton", "Push", "Enqueue"];

    /// <summary>What uses the value, past conversions and the null-conditional operator.</summary>
    public static IOperation? User(this IOperation operation)
    {
        IOperation? user = operation.Parent;
        while (user is IConversionOperation or IParenthesizedOperation or IDelegateCreationOperation || (user is IConditionalAccessOperation access && access.WhenNotNull.Syntax.Span.Contains(operation.Syntax.Span)))
        {
            user = user.Parent;
        }

        return user;
    }

    /// <summary>Whether nobody has the value: a statement by itself, or assigned to a discard.</summary>
    public static bool IsDiscarded(this IOperation operation) => operation.User() is IExpressionStatementOperation or ISimpleAssignmentOperation { Target: IDiscardOperation };

    /// <summary>The operation without conversions around it.</summary>
    public static IOperation Unwrapped(this IOperation operation)
    {
        while (operation is IConversionOperation conversion)
        {
            operation = conversion.Operand;
        }

        return operation is IDelegateCreationOperation creation ? creation.Target.Unwrapped() : operation;
    }

    /// <summary>The local variable that the value is the initial one of, or null.</summary>
    public static ILocalSymbol? DeclaredLocal(this IOperation operation) =>
        operation.User() is IVariableInitializerOperation { Parent: IVariableDeclaratorOperation declarator } ? declarator.Symbol : null;

    public static IOperation Root(this IOperation operation)
    {
        while (operation.Parent is { } parent)
        {
            operation = parent;
        }

        return operation;
    }

    public static IEnumerable<IOperation> Ancestors(this IOperation operation)
    {
        for (IOperation? each = operation.Parent; each is not null; each = each.Parent)
        {
            yield return each;
        }
    }

    public static IEnumerable<ILocalReferenceOperation> UsesOf(this IOperation root, ILocalSymbol local) =>
        root.Descendants().OfType<ILocalReferenceOperation>().Where(use => SymbolEqualityComparer.Default.Equals(use.Local, local));

    /// <summary>Whether the value is made once, or goes where it will be found again: into a field, a collection, to the caller.</summary>
    public static bool IsKept(this IOperation operation, ISymbol container)
    {
        if (container.RunsAtStart() || operation.Ancestors().Any(IsCachingFunction) || IsStored(operation))
        {
            return true;
        }

        return operation.DeclaredLocal() is { } local && operation.Root().UsesOf(local).Any(IsStored);
    }

    // A function that is run once, or once a key.
    private static bool IsCachingFunction(IOperation operation) =>
        operation is IAnonymousFunctionOperation && operation.User() is IArgumentOperation argument && argument.Parent switch
        {
            IInvocationOperation invocation => CachingMethods.Contains(invocation.TargetMethod.Name),
            IObjectCreationOperation creation => creation.Type?.Name == "Lazy",
            _ => false,
        };

    private static bool IsStored(IOperation value)
    {
        IOperation? user = value.User();
        while (user is ICoalesceOperation or IConditionalOperation or ITupleOperation)
        {
            user = user.User();
        }

        return user switch
        {
            IReturnOperation or ICoalesceAssignmentOperation or IMemberInitializerOperation => true,
            ISimpleAssignmentOperation assignment => assignment.Target is not (ILocalReferenceOperation or IDiscardOperation),
            IArgumentOperation { Parent: IInvocationOperation invocation } => StoringMethods.Contains(invocation.TargetMethod.Name),
            IArgumentOperation { Parent: IObjectCreationOperation } => true,
            _ => false,
        };
    }
}
