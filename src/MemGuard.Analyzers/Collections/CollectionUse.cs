using System;
using System.Collections.Generic;
using System.Collections.Immutable;
using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>What one mention of a collection does with it.</summary>
internal static class CollectionUse
{
    private static readonly HashSet<string> Adders =
        ["Add", "TryAdd", "AddOrUpdate", "GetOrAdd", "Enqueue", "Push", "PushRange", "AddFirst", "AddLast", "AddRange", "Insert", "InsertRange", "UnionWith", "EnqueueRange"];

    private static readonly HashSet<string> Readers =
    [
        "TryGetValue", "ContainsKey", "ContainsValue", "Contains", "TryPeek", "Peek", "ToArray", "ToList", "CopyTo", "Find", "FindAll", "FindIndex", "Exists", "IndexOf", "GetEnumerator", "ForEach",
        "TrueForAll", "BinarySearch", "Sort", "Reverse", "EnsureCapacity", "TryGetNonEnumeratedCount", "Overlaps", "SetEquals", "IsSubsetOf", "IsSupersetOf", "GetHashCode", "ToString",
    ];

    private static readonly string[] NamesOfCode = ["typeName", "methodName", "propertyName", "memberName", "assemblyName"];

    public enum Kind
    {
        Reads,
        Adds,
        TakesOutOrEscapes,
    }

    /// <summary>Collections that keep what is added.</summary>
    public static IReadOnlyList<string> TypeNames { get; } =
    [
        "System.Collections.Generic.Dictionary`2", "System.Collections.Generic.List`1", "System.Collections.Generic.HashSet`1", "System.Collections.Generic.SortedSet`1",
        "System.Collections.Generic.SortedDictionary`2", "System.Collections.Generic.SortedList`2", "System.Collections.Generic.LinkedList`1", "System.Collections.Generic.Queue`1",
        "System.Collections.Generic.Stack`1", "System.Collections.Generic.PriorityQueue`2", "System.Collections.Generic.IDictionary`2", "System.Collections.Generic.IList`1",
        "System.Collections.Generic.ICollection`1", "System.Collections.Generic.ISet`1", "System.Collections.Concurrent.ConcurrentDictionary`2",
        "System.Collections.Concurrent.ConcurrentBag`1", "System.Collections.Concurrent.ConcurrentQueue`1", "System.Collections.Concurrent.ConcurrentStack`1",
    ];

    public static Kind Of(IOperation reference, ISymbol container) => reference.User() switch
    {
        IInvocationOperation invocation when IsInstance(invocation.Instance, reference) => OfCall(invocation, container),
        IPropertyReferenceOperation property when IsInstance(property.Instance, reference) => OfProperty(property, container),
        IArgumentOperation { Parent: IInvocationOperation { TargetMethod: { IsExtensionMethod: true } method } invocation } argument when invocation.Arguments[0] == argument =>
            method.ContainingNamespace.ToDisplayString() == "System.Linq" || method.Name == "GetValueOrDefault" ? Kind.Reads : Kind.TakesOutOrEscapes,
        IForEachLoopOperation or ILockOperation or INameOfOperation or IIsPatternOperation or IBinaryOperation or IIsTypeOperation => Kind.Reads,

        // Made when it is first needed, or where the class is made ready.
        ICoalesceAssignmentOperation assignment when assignment.Target == reference => Kind.Reads,
        ISimpleAssignmentOperation assignment when assignment.Target == reference && container is IMethodSymbol { MethodKind: MethodKind.StaticConstructor } => Kind.Reads,
        _ => Kind.TakesOutOrEscapes,
    };

    private static bool IsInstance(IOperation? instance, IOperation reference) => instance?.Unwrapped() == reference;

    private static Kind OfCall(IInvocationOperation invocation, ISymbol container)
    {
        string name = invocation.TargetMethod.Name;
        if (Adders.Contains(name))
        {
            return IsOnce(invocation.Arguments, container) || IsSetUp(invocation, container) ? Kind.Reads : Kind.Adds;
        }

        return Readers.Contains(name) ? Kind.Reads : Kind.TakesOutOrEscapes;
    }

    private static Kind OfProperty(IPropertyReferenceOperation property, ISymbol container)
    {
        if (property.Property.IsIndexer)
        {
            bool isSet = property.Parent is IAssignmentOperation assignment && assignment.Target == property;
            bool adds = isSet && property.Property.ContainingType.TypeArguments.Length == 2;
            return adds && !IsOnce(property.Arguments, container) ? Kind.Adds : Kind.Reads;
        }

        // Whoever asks how many there are may hold it to a number.
        return property.Property.Name == "Count" && property.User() is IBinaryOperation { RightOperand.ConstantValue: not { HasValue: true, Value: 0 } } ? Kind.TakesOutOrEscapes : Kind.Reads;
    }

    // A key that is written in the code, or that names a piece of it, is added once.
    private static bool IsOnce(ImmutableArray<IArgumentOperation> arguments, ISymbol container) =>
        container.RunsAtStart() || (arguments.Length > 0 && arguments[0].Value.Unwrapped() is var key && (key.ConstantValue.HasValue || key is IMemberReferenceOperation { Instance: null } || IsNameInCode(key)));

    // The name of a type or member, of an operation that is traced, of an instrument that is measured, of a route, of a value of an enumeration.
    private static bool IsNameInCode(IOperation key) => key switch
    {
        IPropertyReferenceOperation { Property.Name: "Name" or "FullName" or "AssemblyQualifiedName" } property => property.Instance?.Type?.Name is "Type" or "TypeInfo" or "MethodInfo" or "PropertyInfo" or "Assembly" or "ActivitySource" or "Meter" or "Instrument" or "EventSource",
        IPropertyReferenceOperation { Property.Name: "OperationName" } property => property.Instance?.Type?.Name == "Activity",
        IPropertyReferenceOperation { Property.Name: "DisplayName" } property => property.Instance?.Type?.Name is "Endpoint" or "RouteEndpoint" or "ActionDescriptor",
        IInvocationOperation { TargetMethod: { Name: "ToString", Parameters.IsEmpty: true }, Instance.Type: { TypeKind: TypeKind.Enum } or { SpecialType: SpecialType.System_Enum } } => true,
        IParameterReferenceOperation parameter => SaysThatItNamesCode(parameter.Parameter.Name),
        ILocalReferenceOperation local => SaysThatItNamesCode(local.Local.Name),
        _ => false,
    };

    private static bool SaysThatItNamesCode(string name) =>
        NamesOfCode.Any(each => name.EndsWith(each, StringComparison.OrdinalIgnoreCase));

    // A static method that adds its parameter, or one of its type parameter, to a list of interfaces is how a program is told of its parts: conventions, handlers.
    private static bool IsSetUp(IInvocationOperation invocation, ISymbol container) =>
        container is IMethodSymbol { IsStatic: true }
        && invocation.TargetMethod.ContainingType.TypeArguments is { Length: 1 } elements
        && elements[0].TypeKind == TypeKind.Interface
        && invocation.Arguments.Length > 0
        && invocation.Arguments[0].Value.Unwrapped() is IParameterReferenceOperation or { Type.TypeKind: TypeKind.TypeParameter };
}
