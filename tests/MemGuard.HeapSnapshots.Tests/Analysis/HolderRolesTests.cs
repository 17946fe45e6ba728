using MemGuard.HeapSnapshots.Analysis;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

public sealed class HolderRolesTests
{
    // Types that a package or the runtime keeps to itself, found by the names that the analysis knows them by.
    [Theory]
    [InlineData("Microsoft.Extensions.DependencyInjection.ServiceLookup.ConstantCallSite", nameof(HolderRole.ServiceSlot))]
    [InlineData("Microsoft.Extensions.DependencyInjection.ServiceLookup.ServiceProviderEngineScope", nameof(HolderRole.Container))]
    [InlineData("Microsoft.Extensions.DependencyInjection.ServiceCollection", nameof(HolderRole.Ordinary))]
    public void Of_TypeOfTheContainer_IsItsRole(string name, string role)
    {
        Type type = typeof(ServiceProvider).Assembly.GetType(name) ?? typeof(ServiceCollection).Assembly.GetType(name, throwOnError: true)!;

        Assert.Equal(role, HolderRoles.Of(type).ToString());
    }

    [Theory]
    [InlineData("System.Threading.CancellationTokenSource+CallbackNode")]
    [InlineData("System.Threading.TimerQueueTimer")]
    [InlineData("System.Threading.TimerQueue")]
    [InlineData("System.Threading.ThreadPoolWorkQueue")]
    [InlineData("System.Threading.PortableThreadPool")]
    public void Of_TableOfTheRuntime_IsNoOwner(string name) =>
        Assert.Equal(HolderRole.RuntimeTable, HolderRoles.Of(typeof(object).Assembly.GetType(name, throwOnError: true)!));

    [Fact]
    public void Of_TypeWithoutAName_IsLikeAnyOther() => Assert.Equal(HolderRole.Ordinary, HolderRoles.Of(typeof(List<>).GetGenericArguments()[0]));
}
