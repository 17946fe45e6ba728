using System.Threading.Channels;
using MemGuard.Bounded;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace MemGuard.Tests.Registration;

public sealed class BoundedQueueServiceCollectionExtensionsTests
{
    [Fact]
    public void AddBoundedQueue_ByName_GivesTheSameQueueReaderAndWriter()
    {
        using ServiceProvider provider = new ServiceCollection()
            .AddBoundedQueue<int>("orders", static options => options.Capacity = 5)
            .AddBoundedQueue<int>("orders", static options => options.Capacity = 5)
            .AddBoundedQueue<int>("invoices", static options => options.Capacity = 6)
            .BuildServiceProvider();

        BoundedQueue<int> queue = provider.GetRequiredKeyedService<BoundedQueue<int>>("orders");

        Assert.Equal(("orders", 5), (queue.Name, queue.Capacity));
        Assert.Same(queue.Reader, provider.GetRequiredKeyedService<ChannelReader<int>>("orders"));
        Assert.Same(queue.Writer, provider.GetRequiredKeyedService<ChannelWriter<int>>("orders"));
        Assert.Equal(6, provider.GetRequiredKeyedService<BoundedQueue<int>>("invoices").Capacity);
    }

    [Fact]
    public void AddBoundedQueue_FromConfiguration_BindsTheBounds()
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Orders:Capacity"] = "9",
            ["Orders:MaxWeight"] = "1000",
            ["Orders:FullMode"] = "DropOldest",
            ["Orders:WaitTimeout"] = "00:00:05",
        }).Build();
        using ServiceProvider provider = new ServiceCollection()
            .AddBoundedQueue<string>("orders", configuration.GetSection("Orders"), static options => options.Weigher = static item => item.Length)
            .BuildServiceProvider();

        BoundedQueueOptions<string> options = provider.GetRequiredService<IOptionsMonitor<BoundedQueueOptions<string>>>().Get("orders");

        Assert.Equal((9, 1000L, BoundedQueueFullMode.DropOldest, TimeSpan.FromSeconds(5)), (options.Capacity, options.MaxWeight!.Value, options.FullMode, options.WaitTimeout));
        Assert.Equal(EnqueueResult.Rejected, provider.GetRequiredKeyedService<BoundedQueue<string>>("orders").TryEnqueue(new string('x', 1001)));
    }

    [Fact]
    public async Task AddBoundedQueue_OptionOutOfRange_StopsTheHostAtItsStartAndNamesIt()
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Services.AddBoundedQueue<int>("orders", static _ => { });
        using IHost host = builder.Build();

        OptionsValidationException thrown = await Assert.ThrowsAsync<OptionsValidationException>(() => host.StartAsync());

        Assert.Contains(nameof(BoundedQueueOptions.Capacity), thrown.Message, StringComparison.Ordinal);
        Assert.Contains("orders", thrown.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task AddBoundedQueue_ProviderDisposed_LeftItemsReachTheCallback()
    {
        List<int> dropped = [];
        ServiceProvider provider = new ServiceCollection()
            .AddBoundedQueue<int>("orders", options =>
            {
                options.Capacity = 5;
                options.ItemDropped = (item, _) => dropped.Add(item);
            })
            .BuildServiceProvider();
        provider.GetRequiredKeyedService<BoundedQueue<int>>("orders").TryEnqueue(7);

        await provider.DisposeAsync();

        Assert.Equal([7], dropped);
    }
}
