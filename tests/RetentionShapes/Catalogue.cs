using Microsoft.EntityFrameworkCore;

namespace RetentionShapes;

/// <summary>All shapes, and what the application's container must know for them.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Shape> All { get; } = [.. Crowds.All, .. Twins.All, .. Roots.All, .. Waiting.All, .. Fields.All, .. Framework.All, .. Subscriptions.All, .. Native.All, .. Collections.All, .. Libraries.All, .. Listeners.All, .. Handlers.All, .. Requests.All, .. Suspended.All, .. Values.All, .. Outside.All, .. Services.All, .. Chains.All];

    public static void Register(IServiceCollection services)
    {
        services.AddHttpClient();
        services.AddSingleton<Tracker2>().AddSingleton<Sales.Cache>().AddSingleton<Stock.Cache>().AddSingleton<Pantry>();
        services.AddSingleton<Warehouse>().AddSingleton<Board>().AddSingleton<MainVariable>().AddSingleton(typeof(Repository<>)).AddKeyedSingleton<Pantry>("cold").AddHostedService<Worker>();
        services.AddMemoryCache().AddTransient<Connection>().AddSingleton<OrderLedger>();
        services.AddSingleton(new DbContextOptionsBuilder<ShopContext>().UseInMemoryDatabase("shapes").Options);
        services.AddSignalR();
        services.AddDistributedMemoryCache().AddScoped<Cart>().AddScoped<Order2>().AddSingleton<PriceJob>().AddSingleton<JobRunner>();
        services.AddSingleton<Desk>().AddSingleton<Rack>().AddSingleton<WineStore>().AddSingleton<IDocs, Docs>().AddSingleton<PaperBasket>().AddSingleton(static _ => new Letterbox([]));
        services.AddSingleton<IStockBook>(static _ => new StockBook()).AddSingleton<PriceStore>().AddSingleton<IPrices>(static provider => new LoggedPrices(provider.GetRequiredService<PriceStore>()));
        services.AddSingleton<IRule, FirstRule>().AddSingleton<IRule, SecondRule>().AddSingleton(new Blacklist()).AddSingleton<Uploads>().AddSingleton<ChatService>().AddSingleton(static _ => new Report2(new ListSink()));
        services.AddSingleton<ShopSettings>().AddSingleton<MessageBus>().AddSingleton<Ticker>().AddSingleton<Saver>();
        services.AddSingleton<RpcClient>().AddSingleton<WorkQueue>().AddSingleton<Consumer>().AddSingleton<PollWorker>().AddHostedService(static provider => provider.GetRequiredService<PollWorker>());
        services.AddSingleton<PriceFeed>();
        services.Configure<TenantOptions>(static options => options.Name = "tenant");
        services.AddSingleton<IItem>(static _ => new DefaultItem());
        services.AddSingleton(static provider => new ShopContext(provider.GetRequiredService<DbContextOptions<ShopContext>>()));
    }
}
