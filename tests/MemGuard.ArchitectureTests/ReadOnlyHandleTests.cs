using MemGuard.ArchitectureTests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.ArchitectureTests;

/// <summary>A struct that is freed or entered through a read-only field is a copy of it: what is freed twice belongs to somebody else the second time, and can end the host.</summary>
public sealed class ReadOnlyHandleTests
{
    private static readonly HashSet<string> Kept =
    [
        "GCHandle", "PinnedGCHandle", "WeakGCHandle", "DependentHandle", "MemoryHandle", "SpinLock",
    ];

    [Fact]
    public void Products_NoHandle_IsKeptInAReadOnlyField() =>
        Assert.Empty(Sources.Products.SelectMany(static product => Find(Sources.Of(product))));

    [Fact]
    public void Find_EachWayToKeepOne_IsFound() => Assert.Equal(
        ["N.Bad.Pair", "N.Bad._handle", "N.Bad._pinned"],
        Find(Sources.Compile(
            """
            using System.Runtime.InteropServices;
            namespace N;
            public sealed class Bad
            {
                private readonly GCHandle _handle;
                private readonly PinnedGCHandle<byte[]> _pinned;
                private GCHandle _fine;
                public System.Runtime.DependentHandle Pair { get; }
                public static GCHandle Passed(GCHandle handle) => handle;
            }
            """)).Order(StringComparer.OrdinalIgnoreCase));

    private static IEnumerable<string> Find(Compilation compilation) =>
        TypesOf(compilation.Assembly.GlobalNamespace)
            .SelectMany(static type => type.GetMembers().OfType<IFieldSymbol>())
            .Where(static field => field.IsReadOnly && Kept.Contains(field.Type.Name))
            .Select(static field => $"{field.ContainingType}.{(field.AssociatedSymbol ?? field).Name}");

    private static IEnumerable<INamedTypeSymbol> TypesOf(INamespaceOrTypeSymbol parent) => parent.GetMembers().OfType<INamespaceOrTypeSymbol>()
        .SelectMany(static member => member is INamedTypeSymbol type ? TypesOf(type).Prepend(type) : TypesOf(member));
}
