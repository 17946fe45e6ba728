using System.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace MemGuard.Analyzers;

/// <summary>What the runtime or another token keeps until it is disposed of or its time is over.</summary>
internal sealed class TimedTypes(Compilation compilation)
{
    private readonly INamedTypeSymbol? _source = compilation.GetTypeByMetadataName("System.Threading.CancellationTokenSource");
    private readonly INamedTypeSymbol? _timer = compilation.GetTypeByMetadataName("System.Threading.Timer");
    private readonly INamedTypeSymbol? _timersTimer = compilation.GetTypeByMetadataName("System.Timers.Timer");
    private readonly INamedTypeSymbol? _periodic = compilation.GetTypeByMetadataName("System.Threading.PeriodicTimer");

    /// <summary>What follows when nobody disposes of it, or null when it is nothing of the kind.</summary>
    public string? ConsequenceOf(IOperation operation) => operation switch
    {
        IObjectCreationOperation creation when IsOf(creation.Type, _source) => "the runtime's timer queue holds it, and what is registered with its token, until its time is over",
        IObjectCreationOperation creation when IsOf(creation.Type, _timer) => "it fires, and keeps what its callback refers to, until a garbage collection happens to find it",
        IObjectCreationOperation creation when IsOf(creation.Type, _periodic) => "its timer goes on, and keeps whoever waits for the next tick",
        IObjectCreationOperation creation when IsOf(creation.Type, _timersTimer) => "while it is enabled it keeps itself alive, and what its handlers refer to",
        IInvocationOperation { TargetMethod: { Name: "CreateLinkedTokenSource" } method } linked when IsOf(method.ContainingType, _source) && !linked.Arguments.All(argument => IsOfTheMethod(argument.Value)) => "the tokens that it is linked to hold it for as long as they live",
        _ => null,
    };

    /// <summary>Whether it is one that costs something when it is forgotten: a token source without a time does not.</summary>
    public bool IsTimed(IOperation made, DisposableLocal uses) =>
        made is not IObjectCreationOperation creation || !IsOf(creation.Type, _source) || creation.Arguments.Length > 0 || uses.IsGivenATime;

    // A source that the method has made itself ends with it, one that it disposes of lets go of what is linked to it.
    private bool IsOfTheMethod(IOperation token) => token.Unwrapped() switch
    {
        IPropertyReferenceOperation { Property.Name: "Token", Instance: { } source } => IsDisposedHere(source) || (source is ILocalReferenceOperation local && IsMadeHere(local)),
        IPropertyReferenceOperation { Property.Name: "None", Instance: null } or IDefaultValueOperation => true,
        _ => false,
    };

    private static bool IsDisposedHere(IOperation source) =>
        SymbolOf(source) is { } symbol
        && source.Root().Descendants().OfType<IInvocationOperation>().Any(call =>
            call.TargetMethod.Name == "Dispose" && call.Instance is { } disposed && SymbolEqualityComparer.Default.Equals(SymbolOf(disposed), symbol));

    private static ISymbol? SymbolOf(IOperation source) => source switch
    {
        ILocalReferenceOperation local => local.Local,
        IMemberReferenceOperation { Instance: null or IInstanceReferenceOperation } member => member.Member,
        _ => null,
    };

    private bool IsMadeHere(ILocalReferenceOperation source) =>
        source.Root().Descendants().OfType<IVariableDeclaratorOperation>().FirstOrDefault(each => SymbolEqualityComparer.Default.Equals(each.Symbol, source.Local)) is { Initializer.Value: { } value }
        && value.Unwrapped() is IObjectCreationOperation made && IsOf(made.Type, _source);

    private static bool IsOf(ITypeSymbol? type, INamedTypeSymbol? wanted) => wanted is not null && SymbolEqualityComparer.Default.Equals(type, wanted);
}
