using MemGuard.Bounded;
using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class HeapTypeTests
{
    [Theory]
    [InlineData(typeof(HeapTypeTests), false)]
    [InlineData(typeof(HeapTypeTests[]), false)]
    [InlineData(typeof(HeapTypeTests[][]), false)]
    [InlineData(typeof(string), true)]
    [InlineData(typeof(string[]), true)]
    [InlineData(typeof(BoundedCache<int, string>), true)]
    public void IsFramework_Type_IsThatOfItsElement(Type type, bool isFramework) => Assert.Equal(isFramework, HeapType.From(type, null).IsFramework);

    [Theory]
    [InlineData(typeof(HeapTypeTests), true)]
    [InlineData(typeof(HeapTypeTests[]), false)]
    [InlineData(typeof(Callback), false)]
    [InlineData(typeof(List<int>), false)]
    public void IsUserObject_IsNoArrayNoDelegateAndNoneOfTheFrameworks(Type type, bool isUserObject) => Assert.Equal(isUserObject, HeapType.From(type, null).IsUserObject);

    [Theory]
    [InlineData(typeof(HeapSnapshot), true)]
    [InlineData(typeof(BoundedCache<int, string>), false)]
    [InlineData(typeof(HeapTypeTests), false)]
    public void IsOwn_MemGuardsMachinery_WithoutItsStructures(Type type, bool isOwn) => Assert.Equal(isOwn, HeapType.From(type, null).IsOwn);

    [Theory]
    [InlineData(typeof(List<Inner>), true)]
    [InlineData(typeof(HeapTypeTests), true)]
    [InlineData(typeof(HeapTypeTests[]), false)]
    [InlineData(typeof(Inner), false)]
    [InlineData(typeof(Dictionary<int, int>.KeyCollection), false)]
    [InlineData(typeof(HeapType), false)]
    public void IsWellKnown_PublicAndNotNested_WhateverItIsMadeOf(Type type, bool isWellKnown) => Assert.Equal(isWellKnown, HeapType.From(type, null).IsWellKnown);

    [Theory]
    [InlineData(typeof(Callback), true)]
    [InlineData(typeof(Action<int>), true)]
    [InlineData(typeof(Inner), false)]
    public void IsDelegate_TypeOfCallbacks_Is(Type type, bool isDelegate) => Assert.Equal(isDelegate, HeapType.From(type, null).IsDelegate);

    [Fact]
    public void IsCompilerMade_ClosureAndOrdinaryClass_AreToldApart()
    {
        int captured = 1;
        Func<int> closure = () => captured;

        Assert.True(HeapType.From(closure.Target!.GetType(), null).IsCompilerMade);
        Assert.False(HeapType.From(typeof(Inner), null).IsCompilerMade);
        Assert.Equal(1, closure());
    }

    [Theory]
    [InlineData("Shop.Order", false, false)]
    [InlineData("Shop.Order[]", false, true)]
    [InlineData("System.String", true, false)]
    [InlineData("Systematic.Order", false, false)]
    public void From_NameAlone_TellsWhatANameCan(string name, bool isFramework, bool isArray)
    {
        HeapType type = HeapType.From(null, name);

        Assert.Equal((name, null, isFramework, isArray), (type.Name, type.Type, type.IsFramework, type.IsArray));
        Assert.Equal((false, false, HolderRole.Ordinary), (type.IsDelegate, type.IsOwn, type.Role));
    }

    [Fact]
    public void From_NothingAtAll_IsAnUnknownType() => Assert.Equal("unknown type", HeapType.From(null, null).Name);

    [Theory]
    [InlineData(typeof(Timer), nameof(HolderRole.Ordinary))]
    [InlineData(typeof(Microsoft.Extensions.DependencyInjection.ServiceDescriptor), nameof(HolderRole.ServiceSlot))]
    [InlineData(typeof(Microsoft.Extensions.DependencyInjection.ServiceProvider), nameof(HolderRole.Container))]
    public void Role_Type_IsKnownByItsName(Type type, string role) => Assert.Equal(role, HeapType.From(type, null).Role.ToString());

    private delegate void Callback();

    private sealed class Inner;
}
