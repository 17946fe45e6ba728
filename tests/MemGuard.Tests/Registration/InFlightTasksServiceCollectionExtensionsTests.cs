using MemGuard.Bounded;
using MemGuard.Lifetimes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemGuard.Tests.Registration;

public sealed class InFlightTasksServiceCollectionExtensionsTests
{
    [Fact]
    public async Task AddInFlightTasks_ByName_GivesOneAccountThatTheContainerDrains()
    {
        TaskCompletionSource work = new();
        InFlightTasks mails;
        await using (ServiceProvider provider = new ServiceCollection()
            .AddInFlightTasks("mails", static options => options.Capacity = 1)
            .AddInFlightTasks("mails", static options => options.Capacity = 1)
            .BuildServiceProvider())
        {
            mails = provider.GetRequiredKeyedService<InFlightTasks>("mails");
            Assert.Same(mails, provider.GetRequiredKeyedService<InFlightTasks>("mails"));
            Assert.True(mails.TryTrack(work.Task));
            Assert.False(mails.TryTrack(work.Task));
            Assert.Contains(BoundedStructures.GetUsage(), static usage => usage is { Name: "mails", Capacity: 1 });
            work.SetResult();
        }

        Assert.Equal(0, mails.Count);
        Assert.False(await mails.RunAsync(static _ => Task.CompletedTask));
    }

    [Fact]
    public async Task AddInFlightTasks_BadOptions_StopTheHostAtItsStartAndNameTheTasks()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddInFlightTasks("mails", static _ => { });
        using IHost host = builder.Build();

        OptionsValidationException thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("Capacity of in-flight tasks 'mails'", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void AddGuardedEvent_ByName_GivesOneEventWithItsOptions()
    {
        List<GuardedEventGrowth> growth = [];
        using ServiceProvider provider = new ServiceCollection()
            .AddGuardedEvent<decimal>("prices", options =>
            {
                options.WarnAt = 2;
                options.HandlersGrew = growth.Add;
            })
            .BuildServiceProvider();

        GuardedEvent<decimal> prices = provider.GetRequiredKeyedService<GuardedEvent<decimal>>("prices");
        using IDisposable first = prices.Subscribe(static (_, _) => { });
        using IDisposable second = prices.Subscribe(static (_, _) => { });

        Assert.Same(prices, provider.GetRequiredKeyedService<GuardedEvent<decimal>>("prices"));
        Assert.Equal("prices", Assert.Single(growth).EventName);
    }

    [Fact]
    public async Task AddGuardedEvent_BadOptions_StopTheHostAtItsStartAndNameTheEvent()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddGuardedEvent<int>("prices", static options => options.WarnAt = 0);
        using IHost host = builder.Build();

        OptionsValidationException thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains("GuardedEvent \"prices\": WarnAt must be positive", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("\"costs\"", Assert.Throws<ArgumentOutOfRangeException>(() => new GuardedEvent<int>("costs", new GuardedEventOptions { WarnAt = 0 })).Message, StringComparison.Ordinal);
    }
}
