namespace PlantedLeaks;

/// <summary>The planted leaks. What each must be called stands in truth.json.</summary>
internal static class Catalogue
{
    private const int PerMegabyte = 1000;

    public static IReadOnlyList<PlantedLeak> All { get; } =
    [
        Repeated("static-dictionary", static (_, i) => UserService.Remember("user " + i)),
        Repeated("nested-generic-list", static (_, i) => Shelf<Order>.Archive.Keep(new Order(i, new byte[1000]))),
        Repeated("singleton-list", static (services, i) => services.GetRequiredService<OrderService>().Place(i)),
        Repeated("static-event", static (_, i) => Subscribe(i)),
        Repeated("singleton-event", static (services, _) => services.GetRequiredService<PriceFeed>().PriceChanged += new PriceWatcher().OnPrice),
        Repeated("timer-closure", static (_, _) => Reminders.Schedule()),
        Repeated("closure-list", static (_, _) => Signup.Register()),
        Repeated("in-flight-tasks", static (services, _) => services.GetRequiredService<Mailer>().Send()),
        Repeated("cancellation-registrations", static (services, _) => ConnectionGuard.Watch(services.GetRequiredService<ShutdownSource>().Token)),
        Repeated("thread-static", static (_, i) => ThreadWithMemory.Note(i)),
        Repeated("memory-cache", static (services, i) => services.GetRequiredService<ReportCache>().Store(i)),
        new PlantedLeak("large-arrays", static _ => ImageStore.Load(), PerMegabyte: 5),
        Repeated("async-state-machine", static (_, _) => _ = Checkout.PayAsync()),
    ];

    private static int _running;

    private static void Subscribe(int i)
    {
        if (i % 4 == 0)
        {
            Bus.DataReceived += new AuditHandler().OnAudit;
        }
        else
        {
            Bus.DataReceived += new OrderHandler().OnData;
        }
    }

    private static PlantedLeak Repeated(string name, Action<IServiceProvider, int> leakOne) =>
        new(name, services => leakOne(services, Interlocked.Increment(ref _running)), PerMegabyte);
}
