using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Service;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.HeapSnapshots.Tests.Service;

public sealed class SingletonNamesTests
{
    [Fact]
    public void Read_OneClassUnderSeveralTypes_TakesTheFirstThatIsNotObsolete()
    {
        ServiceCollection services = new();
        services.AddSingleton(Old, typeof(Clock)).AddSingleton<IClock, Clock>().AddSingleton<IWatch, Clock>();

        Assert.Equal("SingletonNamesTests.IClock", new SingletonNames(services).Read().Find(typeof(Clock)));
    }

    [Fact]
    public void Read_OnlyAnObsoleteType_TakesIt()
    {
        ServiceCollection services = new();
        services.AddSingleton(Old, typeof(Clock));

        Assert.Equal("SingletonNamesTests.IOldClock", new SingletonNames(services).Read().Find(typeof(Clock)));
    }

    [Fact]
    public void Read_ScopedService_IsNoSingleton()
    {
        ServiceCollection services = new();
        services.AddScoped<IClock, Clock>().AddScoped(typeof(Cart<>));

        SingletonTable table = new SingletonNames(services).Read();

        Assert.Null(table.Find(typeof(Clock)));
        Assert.True(table.IsScoped(typeof(Clock)));
        Assert.True(table.IsScoped(typeof(Cart<int>)));
    }

    [Fact]
    public void Read_ScopedServiceOfAFactory_IsNoSingleton()
    {
        ServiceCollection services = new();
        services.AddScoped<IClock>(static _ => new Clock()).AddScoped<IServiceProvider>(static provider => provider);

        SingletonTable table = new SingletonNames(services).Read();

        Assert.True(table.IsScoped(typeof(Clock)));
        Assert.False(table.IsScoped(typeof(ServiceProvider)));
    }

    [Fact]
    public void Read_ScopedAndSingleton_CountsAsASingleton()
    {
        ServiceCollection services = new();
        services.AddScoped<IClock, Clock>().AddSingleton<Clock>();

        Assert.False(new SingletonNames(services).Read().IsScoped(typeof(Clock)));
    }

    // Its attributes name a class of an assembly that is not deployed.
    [Fact]
    public void Read_AttributesThatCannotBeRead_CountAsNone()
    {
        Type broken = new Undeployed(typeof(Clock));

        SingletonTable table = new SingletonNames(() => [new ServiceRegistration(broken, broken, IsScoped: false), new ServiceRegistration(typeof(IWatch), typeof(Cart<int>), IsScoped: false)]).Read();

        Assert.Equal("Clock", table.Find(broken));
        Assert.Equal("SingletonNamesTests.IWatch", table.Find(typeof(Cart<int>)));
    }

    [Fact]
    public void Read_ClassThatCannotBeRead_CostsItsOwnNameOnly()
    {
        Type broken = new Unreadable(typeof(Clock));

        SingletonTable table = new SingletonNames(() => [new ServiceRegistration(broken, null, IsScoped: false), new ServiceRegistration(typeof(IWatch), typeof(Clock), IsScoped: false)]).Read();

        Assert.Equal("SingletonNamesTests.IWatch", table.Find(typeof(Clock)));
    }

    private static Type Old => typeof(SingletonNamesTests).GetNestedType("IOldClock", BindingFlags.NonPublic)!;

    [Obsolete("Use the other one.")]
    internal interface IOldClock;

    internal interface IClock;

    internal interface IWatch;

    internal sealed class Clock : IClock, IWatch;

    internal sealed class Cart<T>;

    private sealed class Undeployed(Type type) : TypeDelegator(type)
    {
        public override bool IsDefined(Type attributeType, bool inherit) => throw new FileNotFoundException("Contoso.Attributes");
    }

    private sealed class Unreadable(Type type) : TypeDelegator(type)
    {
        public override string Name => throw new FileNotFoundException("Contoso.Abstractions");

        public override string? FullName => throw new FileNotFoundException("Contoso.Abstractions");

        public override string? Namespace => throw new FileNotFoundException("Contoso.Abstractions");
    }
}
