using System.Reactive.Subjects;
using Castle.DynamicProxy;
using MemGuard.Triage;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using SkiaSharp;

namespace RetentionShapes;

/// <summary>What libraries hold when they are used as public reports say they were.</summary>
internal static class Libraries
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        // Started and never disposed of: the socket's wait is all that leads to them.
        new("signalr-connections", static (services, count) => Repeat(count, () => Connect(services).GetAwaiter().GetResult()))
        {
            Right = ["open sockets", "HubConnection"],
            Wrong = ["SocketAsyncContext"],
            Next = "dispose each HubConnection",
            Count = 200,
        },
        new("skia-bitmaps", static (_, count) => Repeat(count, static () => Posters.Draw()))
        {
            Right = ["SKBitmap in static Posters.s_drawn"],
            Next = "dispose each SKBitmap",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 500,
        },
        new("rx-subscriptions", static (services, count) => Repeat(count, () => GC.KeepAlive(new PriceWatcher(services.GetRequiredService<PriceFeed>()))))
        {
            Right = ["DI singleton PriceFeed", "Subject<int>", "PriceWatcher"],
        },

        // A generator of its own for each proxy: each has an assembly of its own, and none is unloaded.
        new("castle-generators", static (_, count) => Repeat(count, static () => GC.KeepAlive(new ProxyGenerator().CreateClassProxy<Tenant>())))
        {
            Right = ["assemblies DynamicProxyGenAssembly"],
            Next = "once",
            Problem = MemoryProblem.UnmanagedGrowth,
            Count = 100,
        },
    ];

    private static void Repeat(int count, Action once)
    {
        for (int i = 0; i < count; i++)
        {
            once();
        }
    }

    private static async Task Connect(IServiceProvider services)
    {
        string address = services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        HubConnection connection = new HubConnectionBuilder().WithUrl(address + PriceHub.Path).Build();
        connection.On<string>("price", new Doc().Show);
        await connection.StartAsync();
    }
}

public sealed class PriceHub : Hub
{
    public const string Path = "/prices";
}

internal sealed class Doc
{
    private readonly byte[] _page = new byte[900];

    public void Show(string text) => GC.KeepAlive((_page, text));
}

internal static class Posters
{
    private static readonly List<SKBitmap> s_drawn = [];

    public static void Draw()
    {
        SKBitmap bitmap = new(100, 100);
        bitmap.Erase(SKColors.Red);
        s_drawn.Add(bitmap);
    }
}

internal sealed class PriceFeed
{
    public Subject<int> Changed { get; } = new();
}

internal sealed class PriceWatcher
{
    private readonly byte[] _prices = new byte[900];

    public PriceWatcher(PriceFeed feed) => feed.Changed.Subscribe(OnChanged);

    private void OnChanged(int price) => GC.KeepAlive((_prices, price));
}

/// <summary>Public, because the proxy derives from it in another assembly.</summary>
public class Tenant
{
    public virtual string Name { get; set; } = "";
}
