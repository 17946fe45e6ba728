using Microsoft.EntityFrameworkCore;

namespace RetentionShapes;

/// <summary>All shapes, and what the application's container must know for them.</summary>
internal static class Catalogue
{
    public static IReadOnlyList<Shape> All { get; } = [.. Crowds.All, .. Twins.All, .. Roots.All, .. Waiting.All, .. Fields.All, .. Framework.All, .. Subscriptions.All, .. Native.All, .. Collections.All, .. Libraries.All];

    public static void Register(IServiceCollection services)
    {
        services.AddHttpClient();
        services.AddSingleton<Tracker2>().AddSingleton<Sales.Cache>().AddSingleton<Stock.Cache>().AddSingleton<Pantry>();
        services.AddSingleton<Warehouse>().AddSingleton<Board>().AddSingleton<MainVariable>().AddSingleton(typeof(Repository<>)).AddKeyedSingleton<Pantry>("cold").AddHostedService<Worker>();
        services.AddMemoryCache().AddTransient<Connection>().AddSingleton<OrderLedger>();
        services.AddSingleton(new DbContextOptionsBuilder<ShopContext>().UseInMemoryDatabase("shapes").Options);
        services.AddSignalR();
        services.AddSingleton<PriceFeed>();
        services.Configure<TenantOptions>(static options => options.Name = "tenant");
        services.AddSingleton<IItem>(static _ => new DefaultItem());
        services.AddSingleton(static provider => new ShopContext(provider.GetRequiredService<DbContextOptions<ShopContext>>()));
    }
}
