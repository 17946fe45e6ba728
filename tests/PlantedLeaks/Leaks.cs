using System.Collections.Concurrent;
using Microsoft.Extensions.Caching.Memory;

namespace PlantedLeaks;

internal sealed record User(string Name, byte[] Avatar);

internal sealed record Order(int Number, byte[] Document);

internal sealed class DataEventArgs : EventArgs;

internal static class UserService
{
    private static readonly ConcurrentDictionary<string, User> _cache = new();

    public static void Remember(string name) => _cache[name] = new User(name, new byte[1000]);
}

internal static class Shelf<T>
{
    internal static class Archive
    {
        private static readonly List<T> _items = [];

        public static void Keep(T item) => _items.Add(item);
    }
}

internal sealed class OrderService
{
    private readonly List<Order> _orders = [];

    public void Place(int number) => _orders.Add(new Order(number, new byte[1000]));
}

internal sealed class OrderHandler
{
    private readonly byte[] _buffer = new byte[1000];

    public void OnData(object? sender, DataEventArgs args) => GC.KeepAlive(_buffer);
}

internal sealed class AuditHandler
{
    private readonly byte[] _buffer = new byte[1000];

    public void OnAudit(object? sender, DataEventArgs args) => GC.KeepAlive(_buffer);
}

internal static class Bus
{
    public static event EventHandler<DataEventArgs>? DataReceived;

    public static void Publish() => DataReceived?.Invoke(null, new DataEventArgs());
}

internal sealed class PriceFeed
{
    public event EventHandler<DataEventArgs>? PriceChanged;

    public void Publish() => PriceChanged?.Invoke(this, new DataEventArgs());
}

internal sealed class PriceWatcher
{
    private readonly byte[] _history = new byte[1000];

    public void OnPrice(object? sender, DataEventArgs args) => GC.KeepAlive(_history);
}

internal static class Reminders
{
    public static void Schedule()
    {
        byte[] letter = new byte[1000];

        // The callback stops its own timer one day, so it captures it: the timer keeps itself alive.
        Timer? timer = null;
        timer = new Timer(
            _ =>
            {
                GC.KeepAlive(letter);
                timer?.Dispose();
            },
            null,
            TimeSpan.FromDays(1),
            Timeout.InfiniteTimeSpan);
    }
}

internal static class CallbackList
{
    private static readonly List<Action> _callbacks = [];

    public static void Add(Action callback) => _callbacks.Add(callback);
}

internal static class Signup
{
    public static void Register()
    {
        byte[] form = new byte[1000];
        CallbackList.Add(() => GC.KeepAlive(form));
    }
}

internal sealed class Mailer
{
    private readonly ConcurrentDictionary<Task, byte[]> _inFlight = new();

    public void Send() => _inFlight.TryAdd(new TaskCompletionSource().Task, new byte[1000]);
}

internal sealed class ShutdownSource
{
    private readonly CancellationTokenSource _shutdown = new();

    public CancellationToken Token => _shutdown.Token;
}

internal static class ConnectionGuard
{
    public static void Watch(CancellationToken token)
    {
        byte[] state = new byte[1000];
        token.Register(() => GC.KeepAlive(state));
    }
}

internal static class RequestContext
{
    [ThreadStatic]
    private static List<Order>? _recent;

    public static void Note(int number) => (_recent ??= []).Add(new Order(number, new byte[1000]));
}

internal sealed class ReportCache(IMemoryCache cache)
{
    public void Store(int number) => cache.Set("report " + number, new byte[1000], TimeSpan.FromDays(1));
}

internal static class ImageStore
{
    private static readonly List<byte[]> _pages = [];

    public static void Load() => _pages.Add(new byte[200_000]);
}

internal static class PaymentGate
{
    public static readonly TaskCompletionSource Opened = new();
}

internal static class Checkout
{
    public static async Task PayAsync()
    {
        byte[] receipt = new byte[1000];
        await PaymentGate.Opened.Task;
        GC.KeepAlive(receipt);
    }
}
