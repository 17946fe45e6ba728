using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Service;
using MemGuard.HeapSnapshots.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static MemGuard.HeapSnapshots.Tests.Support.HeapObject;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>A real service provider lies in a local variable of Main: pages pile up in one of its services, and the suspect says in which.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class RealServicesTests
{
    private const int Pages = 200;
    private const string Remove = "remove what is no longer needed, or bound it";
    private const string Scope = "resolve it in a scope that ends with the work (IServiceScopeFactory): the root provider keeps it until its own end";

    private static readonly Dictionary<string, (Action<IServiceCollection> Register, Type Service)> Shapes = new()
    {
        ["class"] = (static services => services.AddSingleton<Pantry>(), typeof(Pantry)),
        ["interface"] = (static services => services.AddSingleton<IStock, Pantry>(), typeof(IStock)),
        ["factory"] = (static services => services.AddSingleton<IStock>(static _ => new Pantry()), typeof(IStock)),
        ["instance"] = (static services => services.AddSingleton(new Pantry()), typeof(Pantry)),
        ["open"] = (static services => services.AddSingleton(typeof(Repository<>)), typeof(Repository<Page>)),
        ["open interface"] = (static services => services.AddSingleton(typeof(IRepository<>), typeof(Repository<>)), typeof(IRepository<Page>)),
        ["hosted"] = (static services => services.AddHostedService<Worker>(), typeof(IHostedService)),
        ["scoped"] = (static services => services.AddScoped<Pantry>(), typeof(Pantry)),
        ["scoped collection"] = (static services => services.AddScoped<List<Page>>(), typeof(List<Page>)),
        ["collection"] = (static services => services.AddSingleton<List<Page>>(), typeof(List<Page>)),
        ["collection by interface"] = (static services => services.AddSingleton<IList<Page>>(static _ => new List<Page>()), typeof(IList<Page>)),
        ["collections"] = (static services => services.AddSingleton<Dictionary<string, List<Page>>>(), typeof(Dictionary<string, List<Page>>)),
        ["scoped collections"] = (static services => services.AddScoped<Dictionary<string, List<Page>>>(), typeof(Dictionary<string, List<Page>>)),
        ["wrapped"] = (static services => services.AddSingleton(new Lazy<Pantry>(new Pantry())), typeof(Lazy<Pantry>)),
        ["wrapped and scoped"] = (static services => services.AddScoped(static _ => new Lazy<Pantry>(new Pantry())), typeof(Lazy<Pantry>)),
        ["event"] = (static services => services.AddSingleton<Feed>(), typeof(Feed)),
        ["scoped event"] = (static services => services.AddScoped<Feed>(), typeof(Feed)),
        ["part of a service"] = (static services => services.AddSingleton<Kitchen>(), typeof(Kitchen)),
        ["service of a service"] = (static services => services.AddSingleton<Pantry>().AddSingleton<Cook>(), typeof(Cook)),
        ["disposables"] = (static services => services.AddTransient<Connection>(), typeof(Connection)),
    };

    /// <summary>Shape, name and next step.</summary>
    public static TheoryData<string, string, string> Expected => new()
    {
        { "class", "DI singleton Pantry._stock → List<Page>", Remove },
        { "interface", "DI singleton IStock: Pantry._stock → List<Page>", Remove },
        { "factory", "DI singleton IStock: Pantry._stock → List<Page>", Remove },
        { "instance", "DI singleton Pantry._stock → List<Page>", Remove },
        { "open", "DI singleton Repository<Page>._items → Queue<Page>", "bound it, e.g. BoundedQueue<Page>" },
        { "open interface", "DI singleton IRepository<Page>: Repository<Page>._items → Queue<Page>", "bound it, e.g. BoundedQueue<Page>" },
        { "hosted", "hosted service Worker._work → Stack<Page>", Remove },
        { "scoped", "scoped service of the root provider: Pantry._stock → List<Page>", Scope },
        { "scoped collection", "scoped service of the root provider: List<Page>", Scope },
        { "collection", "DI singleton List<Page>", Remove },
        { "collection by interface", "DI singleton List<Page>", Remove },
        { "collections", "DI singleton Dictionary<string, List<Page>>._entries → List<Page>", Remove },
        { "scoped collections", "scoped service of the root provider: Dictionary<string, List<Page>>._entries → List<Page>", Scope },
        { "wrapped", "DI singleton Lazy<Pantry>._value → Pantry._stock → List<Page>", Remove },
        { "wrapped and scoped", "scoped service of the root provider: Lazy<Pantry>._value → Pantry._stock → List<Page>", Remove },
        { "event", "event Feed.Changed (DI singleton) → Page.OnChanged", "unsubscribe the handlers, or use a GuardedEvent" },
        { "scoped event", "event Feed.Changed (scoped service of the root provider) → Page.OnChanged", Scope },
        { "part of a service", "DI singleton Kitchen._shelf → Pantry._stock → List<Page>", Remove },
        { "service of a service", "DI singleton Pantry._stock → List<Page>", Remove },
        { "disposables", "the service provider's list of disposables → Connection", "resolve them in a scope that is disposed: what a provider creates and can be disposed it keeps until its own end" },
    };

    [Theory]
    [MemberData(nameof(Expected))]
    public void Suspect_ServiceOfARealProvider_IsNamedAsItIsKnown(string shape, string name, string nextStep)
    {
        HeapDominator suspect = Suspect(shape);

        Assert.Equal(name, Plain(suspect.Name));
        Assert.Equal(nextStep, Plain(suspect.NextStep ?? ""));
    }

    // Whoever made the handle holds its object until it is freed.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Suspect_ObjectInAHandle_IsHeldByIt(bool isPinned)
    {
        using HeapPicture list = new();
        list.Root(Of<List<Page>>(Of<Page[]>(Many(Pages, static () => Of<Page>().Sized(400)))), HeapRootKind.Handle, isPinned);
        using HeapPicture pantry = new();
        pantry.Root(Of<Pantry>(Of<List<Page>>(Of<Page[]>(Many(Pages, static () => Of<Page>().Sized(400))))), HeapRootKind.Handle, isPinned);

        HeapDominator held = list.Suspect();

        Assert.Equal("GC handle → List<Page>", Plain(held.Name));
        Assert.Equal("free the handle (GCHandle.Free) when it is no longer needed", held.NextStep);
        Assert.Equal("GC handle → Pantry._stock → List<Page>", Plain(pantry.Suspect().Name));
    }

    private static HeapDominator Suspect(string shape)
    {
        (Action<IServiceCollection> register, Type service) = Shapes[shape];
        ServiceCollection services = new();
        register(services);
        using ServiceProvider provider = services.BuildServiceProvider();
        Fill(provider, service);
        using HeapPicture heap = new();
        heap.Stack(Of<object[]>(Mirror.Of(provider)));
        return heap.Suspect(new SingletonNames(services).Read());
    }

    // A transient service is another one each time.
    private static void Fill(ServiceProvider provider, Type service)
    {
        for (int i = 0; i < Pages; i++)
        {
            Page page = new();
            switch (provider.GetRequiredService(service))
            {
                case IStock stock:
                    stock.Add(page);
                    break;
                case IRepository<Page> repository:
                    repository.Add(page);
                    break;
                case ICollection<Page> list:
                    list.Add(page);
                    break;
                case Dictionary<string, List<Page>> lists:
                    lists.TryAdd("all", []);
                    lists["all"].Add(page);
                    break;
                case Lazy<Pantry> wrapped:
                    wrapped.Value.Add(page);
                    break;
                case Feed feed:
                    feed.Changed += page.OnChanged;
                    break;
                case object unknown:
                    Assert.Fail($"{unknown} takes no pages");
                    break;
            }
        }
    }

    private static string Plain(string text) => text.Replace("RealServicesTests.", "", StringComparison.Ordinal);

    private interface IStock
    {
        void Add(Page page);
    }

    private interface IRepository<T>
    {
        void Add(T item);
    }

    private sealed class Page
    {
        private readonly byte[] _content = new byte[400];

        public void OnChanged(object? sender, EventArgs args) => _content[0]++;
    }

    private sealed class Pantry : IStock
    {
        private readonly List<Page> _stock = [];

        public void Add(Page page) => _stock.Add(page);
    }

    private sealed class Repository<T> : IRepository<T>
    {
        private readonly Queue<T> _items = [];

        public void Add(T item) => _items.Enqueue(item);
    }

    private sealed class Worker : BackgroundService, IStock
    {
        private readonly Stack<Page> _work = [];

        public void Add(Page page) => _work.Push(page);

        protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask;
    }

    private sealed class Feed
    {
        public event EventHandler? Changed;

        public void Raise() => Changed?.Invoke(this, EventArgs.Empty);
    }

    // The shelf is no service: the kitchen is.
    private sealed class Kitchen : IStock
    {
        private readonly Pantry _shelf = new();

        public void Add(Page page) => _shelf.Add(page);
    }

    private sealed class Cook(Pantry pantry) : IStock
    {
        public void Add(Page page) => pantry.Add(page);
    }

    private sealed class Connection : IStock, IDisposable
    {
        private Page? _page;

        public void Add(Page page) => _page = page;

        public void Dispose() => _page = null;
    }
}
