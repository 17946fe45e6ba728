using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.Loader;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Assemblies that are the same but for a number.</summary>
public sealed class AssemblyGroupsTests
{
    [Fact]
    public void Count_NamesThatDifferInANumber_AreAGroupTheLargestFirst()
    {
        Assembly[] assemblies = [Make("Script-1"), Make("Proxy_0a1b2c3d"), Make("Script-2"), Make("Alone7"), Make("Script-33"), Make("Proxy_ffffffff-00aa"), Make("Plain")];

        Assert.Equal(
            [("Script-*", 3L, NativeKind.Assemblies), ("Proxy_*", 2L, NativeKind.Assemblies)],
            AssemblyGroups.Count(assemblies).Select(static group => (group.Name, group.Count, group.Kind)));
    }

    // A plug-in that is loaded again: one name, each time another context.
    [Fact]
    public void Count_OneAssemblyInSeveralContexts_AreCopies()
    {
        string path = typeof(FactAttribute).Assembly.Location;
        Assembly[] assemblies = [Load(path), Load(path), Load(path)];

        NativeCount group = Assert.Single(AssemblyGroups.Count(assemblies));

        Assert.Equal(("xunit.core", 3L, NativeKind.Copies), (group.Name, group.Count, group.Kind));
    }

    // Half of them elsewhere are not what makes the group.
    [Fact]
    public void Count_HalfOfThemInOneContext_AreNoCopies()
    {
        string path = typeof(FactAttribute).Assembly.Location;
        Assembly own = Load(path);

        Assert.Equal(NativeKind.Assemblies, Assert.Single(AssemblyGroups.Count([own, own, own, Load(path)])).Kind);
    }

    private static AssemblyBuilder Make(string name) => AssemblyBuilder.DefineDynamicAssembly(new AssemblyName(name), AssemblyBuilderAccess.RunAndCollect);

    private static Assembly Load(string path) => new AssemblyLoadContext(null, isCollectible: true).LoadFromAssemblyPath(path);
}
