using System.Reflection;
using System.Reflection.Emit;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class OwnerNamesTests
{
    [Theory]
    [InlineData("System")]
    [InlineData("System.Text.Json")]
    [InlineData("Microsoft")]
    [InlineData("Microsoft.AspNetCore.Http")]
    [InlineData("mscorlib")]
    [InlineData("netstandard")]
    [InlineData("MemGuard")]
    [InlineData("MemGuard.Bounded")]
    [InlineData("MemGuard.Caching")]
    [InlineData("MemGuard.HeapSnapshots")]
    [InlineData("MemGuard.AspNetCore")]
    [InlineData("MemGuard.Testing")]
    [InlineData("MemGuard.StartupHook")]
    [InlineData("MemGuard.Hook")]
    [InlineData("MemGuard.Hook.Core")]
    public void IsFrameworkName_OfDotnetOrMemGuard_IsNotTheApplications(string assembly) => Assert.True(OwnerNames.IsFrameworkName(assembly));

    [Theory]
    [InlineData("")]
    [InlineData("Shop")]
    [InlineData("SystemShop")]
    [InlineData("MicrosoftShop")]
    [InlineData("MemGuard.Samples")]
    [InlineData("Castle.Core")]
    public void IsFrameworkName_OfAnotherAssembly_IsTheApplications(string assembly) => Assert.False(OwnerNames.IsFrameworkName(assembly));

    // Its machinery owns nothing; its structures hold what the application has put in.
    [Theory]
    [InlineData("MemGuard", true)]
    [InlineData("MemGuard.AspNetCore", true)]
    [InlineData("MemGuard.StartupHook", true)]
    [InlineData("MemGuard.Hook", true)]
    [InlineData("MemGuard.Hook.Core", true)]
    [InlineData("MemGuard.Bounded", false)]
    [InlineData("MemGuard.Caching", false)]
    [InlineData("Shop", false)]
    public void IsOwn_Assembly_IsMemGuardsMachinery(string assembly, bool expected) => Assert.Equal(expected, OwnerNames.IsOwn(StandIn.Of(assembly, "Any.Part").Assembly));

    [Fact]
    public void IsOwn_OtherLoadedAssembly_IsNot() => Assert.False(OwnerNames.IsOwn(typeof(FactAttribute).Assembly));

    [Theory]
    [InlineData("2.5.0-beta.1+0123abc", "Shop.Parts 2.5.0-beta.1")]
    [InlineData("2.5.0", "Shop.Parts 2.5.0")]
    [InlineData(null, "Shop.Parts 7.1.3")]
    public void Describe_Library_IsItsNameWithTheVersionThatItsUsersKnow(string? version, string expected)
    {
        AssemblyName name = new("Shop.Parts") { Version = new Version(7, 1, 3, 9) };
        CustomAttributeBuilder[] attributes =
        [
            Attribute(typeof(AssemblyProductAttribute), "Parts of a shop"),
            .. version is null ? Array.Empty<CustomAttributeBuilder>() : [Attribute(typeof(AssemblyInformationalVersionAttribute), version)],
            Attribute(typeof(AssemblyCompanyAttribute), "Shop"),
        ];

        Assert.Equal(expected, OwnerNames.Describe(AssemblyBuilder.DefineDynamicAssembly(name, AssemblyBuilderAccess.RunAndCollect, attributes)));
    }

    private static CustomAttributeBuilder Attribute(Type type, string text) => new(type.GetConstructor([typeof(string)])!, [text]);
}
