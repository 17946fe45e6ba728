using MemGuard.Lifetimes;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Every page listens for price changes and never stops. The fix is a subscription that ends with the request.</summary>
internal sealed class ListenerScenario : Scenario
{
    public override string Name => "listeners";

    public override string Story => "every request subscribes to a static event and never unsubscribes";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "price_changed";

    private static event EventHandler<int>? PriceChanged;

    public override void AddServices(IServiceCollection services, bool isFixed) =>
        services.AddSingleton(static _ => new GuardedEvent<int>("price_changed"));

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        PricePage page = new(User.Load(id));
        if (isFixed)
        {
            GuardedEvent<int> priceChanged = services.GetRequiredService<GuardedEvent<int>>();
            using IDisposable subscription = priceChanged.Subscribe(page.OnPriceChanged);
            priceChanged.Raise(this, id);
        }
        else
        {
            PriceChanged += page.OnPriceChanged;
            // Not raised for everybody: a hundred thousand calls a request would be another problem.
            page.OnPriceChanged(this, id);
        }

        return Task.FromResult($"{page.User.Name} sees {page.Price}, listeners: {PriceChanged is not null}");
    }

    private sealed class PricePage(User user)
    {
        public User User => user;

        public int Price { get; private set; }

        public void OnPriceChanged(object? sender, int price) => Price = price;
    }
}
