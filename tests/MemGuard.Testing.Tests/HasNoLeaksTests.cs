using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.TestHost;
using Microsoft.Extensions.DependencyInjection;

namespace MemGuard.Testing.Tests;

public sealed class HasNoLeaksTests
{
    private static readonly List<object> Kept = [];

    private static event EventHandler? Changed;

    [Fact]
    public async Task HasNoLeaks_ScopesThatEndWithTheirRequests_Pass() => await RunAsync(
        static (_, cart, history) =>
        {
            cart.Add();
            history.Note("one");
        },
        static (services, request) => MemoryAssert.HasNoLeaksAsync(services, request));

    [Fact]
    public async Task HasNoLeaks_AStaticListKeepsThem_NamesClassesAndHolder()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => RunAsync(
            static (_, cart, _) => Kept.Add(cart),
            static (services, request) => MemoryAssert.HasNoLeaksAsync(services, request, requests: 100)));
        Kept.Clear();

        Assert.StartsWith("After 100 requests objects of their scopes are alive:", failure.Message, StringComparison.Ordinal);
        AssertSays("100 HasNoLeaksTests.Cart, held by static HasNoLeaksTests.Kept", failure);
        AssertSays("100 HasNoLeaksTests.Prices", failure);
    }

    [Fact]
    public async Task HasNoLeaks_ASingletonKeepsOneInTen_IsSeen()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => RunAsync(
            static (number, cart, history) =>
            {
                if (number % 10 == 0)
                {
                    history.Keep(cart);
                }
            },
            static (services, request) => MemoryAssert.HasNoLeaksAsync(services, request, requests: 100)));

        AssertSays("10 HasNoLeaksTests.Cart, held by ", failure);
        AssertSays("History", failure);
    }

    [Fact]
    public async Task HasNoLeaks_AnEventKeepsAGivenClass_NamesTheEvent()
    {
        MemoryAssertionException failure = await Assert.ThrowsAsync<MemoryAssertionException>(() => RunAsync(
            static (_, cart, _) => Changed += cart.OnChanged,
            static (_, request) => MemoryAssert.HasNoLeaksAsync([typeof(Cart)], request)));
        Changed?.Invoke(null, EventArgs.Empty);
        Changed = null;

        AssertSays("256 HasNoLeaksTests.Cart, held by", failure);
        AssertSays("HasNoLeaksTests.Changed", failure);
        Assert.DoesNotContain("Prices,", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HasNoLeaks_NothingIsScoped_SaysSo()
    {
        ServiceCollection services = new();
        services.AddSingleton<History>();

        ArgumentException failure = await Assert.ThrowsAsync<ArgumentException>(() => MemoryAssert.HasNoLeaksAsync(services, static _ => Task.CompletedTask));

        Assert.StartsWith("No class is registered as scoped", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task HasNoLeaks_TooFewRequests_AreRefused() =>
        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => MemoryAssert.HasNoLeaksAsync([typeof(Cart)], static _ => Task.CompletedTask, requests: 15));

    private static void AssertSays(string text, Exception failure) => Assert.True(failure.Message.Contains(text, StringComparison.Ordinal), failure.Message);

    private static async Task RunAsync(Action<int, Cart, History> handle, Func<IServiceCollection, Func<CancellationToken, Task>, Task> test)
    {
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseTestServer();
        builder.Services.AddRoutingCore();
        builder.Services.AddSingleton<History>();
        builder.Services.AddScoped<Prices>();
        builder.Services.AddScoped(static provider => new Cart(provider.GetRequiredService<Prices>()));
        await using WebApplication app = builder.Build();
        app.UseRouting();
        app.MapGet("/cart/{number}", (int number, Cart cart, History history) => handle(number, cart, history));
        await app.StartAsync();
        using HttpClient client = app.GetTestClient();
        int number = 0;
        await test(builder.Services, async cancellationToken => Assert.True((await client.GetAsync(new Uri($"/cart/{number++}", UriKind.Relative), cancellationToken)).IsSuccessStatusCode));
    }

    internal sealed class Prices
    {
        public long Sum { get; set; }
    }

    internal sealed class Cart(Prices prices)
    {
        public void Add() => prices.Sum++;

        public void OnChanged(object? sender, EventArgs arguments) => prices.Sum--;
    }

    internal sealed class History
    {
        private readonly List<Cart> _carts = [];
        private string? _last;

        public void Note(string text) => _last = text + _last?.Length;

        public void Keep(Cart cart) => _carts.Add(cart);
    }
}
