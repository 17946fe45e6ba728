using System.Collections.ObjectModel;
using System.Collections.Specialized;
using System.ComponentModel;
using System.Reactive.Linq;
using System.Reactive.Subjects;

namespace RetentionShapes;

/// <summary>What is called back, by other means than an event of one's own.</summary>
internal static class Handlers
{
    private static readonly ObservableCollection<string> s_rooms = [];
    private static readonly ReplaySubject<Page> s_pages = new();
    private static readonly ManualResetEvent s_never = new(false);

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("property-changed", static services => new RoomView().Follow(services.GetRequiredService<ShopSettings>()), "event ShopSettings.PropertyChanged", "RoomView.OnProperty") with { Next = "unsubscribe" },
        Shape.Each("collection-changed", static _ => new RoomView().Follow(s_rooms), "static Handlers.s_rooms", "RoomView.OnRooms") with { Next = "unsubscribe" },
        Shape.Each("event-closures", static _ => Tape.Follow(), "static event Tape.Ticked", "closure created in Tape.Follow") with { Next = "unsubscribe" },
        Shape.Each("generic-event", static _ => new RoomView().Follow(), "EventBus<RoomBooked>.Published", "RoomView.OnBooked") with { Next = "unsubscribe" },
        Shape.Each("handler-registry", static services => services.GetRequiredService<MessageBus>().Subscribe<RoomBooked>(new RoomView().OnBooked), "DI singleton MessageBus._handlers"),
        Shape.Each("observer-list", static services => services.GetRequiredService<Ticker>().Subscribe(new PageObserver()), "DI singleton Ticker._observers", "PageObserver|IObserver<Page>"),
        Shape.Each("delegate-field", static services => services.GetRequiredService<Saver>().Add(new RoomView().OnSaved), "Saver._onSaved", "RoomView.OnSaved"),
        Shape.Each("rx-interval", static _ => Observable.Interval(TimeSpan.FromDays(1)).Subscribe(new RoomView().OnTick), "timers", "RoomView") with { Next = "dispose", Count = 15_000 },
        Shape.Each("rx-replay", static _ => Replay(), "static Handlers.s_pages → ReplaySubject<Page>"),
        Shape.Each("system-timers", static _ => new RoomView().Tick(), "timers", "RoomView") with { Next = "dispose", Count = 15_000 },
        Shape.Each("registered-waits", static _ => ThreadPool.RegisterWaitForSingleObject(s_never, new RoomView().OnSignal, null, -1, true), "registered waits", "RoomView") with { Next = "nregister" },
        Shape.Each("unobserved-tasks", static _ => new RoomView().Guard(), "TaskScheduler.UnobservedTaskException", "RoomView.OnUnobserved") with { Next = "unsubscribe" },
    ];

    private static Page Replay()
    {
        Page page = new();
        s_pages.OnNext(page);
        return page;
    }
}

internal sealed record RoomBooked(int Room);

internal sealed class RoomView
{
    private readonly byte[] _state = new byte[900];

    public RoomView Follow(ShopSettings settings)
    {
        settings.PropertyChanged += OnProperty;
        return this;
    }

    public RoomView Follow(INotifyCollectionChanged rooms)
    {
        rooms.CollectionChanged += OnRooms;
        return this;
    }

    public RoomView Follow()
    {
        EventBus<RoomBooked>.Published += OnBooked;
        return this;
    }

    public RoomView Guard()
    {
        TaskScheduler.UnobservedTaskException += OnUnobserved;
        return this;
    }

    public System.Timers.Timer Tick()
    {
        System.Timers.Timer timer = new(TimeSpan.FromDays(1));
        timer.Elapsed += OnElapsed;
        timer.Start();
        return timer;
    }

    public void OnBooked(RoomBooked booked) => GC.KeepAlive(_state);

    public void OnSaved() => GC.KeepAlive(_state);

    public void OnTick(long tick) => GC.KeepAlive(_state);

    public void OnSignal(object? state, bool timedOut) => GC.KeepAlive(_state);

    private void OnProperty(object? sender, PropertyChangedEventArgs args) => GC.KeepAlive(_state);

    private void OnRooms(object? sender, NotifyCollectionChangedEventArgs args) => GC.KeepAlive(_state);

    private void OnUnobserved(object? sender, UnobservedTaskExceptionEventArgs args) => GC.KeepAlive(_state);

    private void OnElapsed(object? sender, System.Timers.ElapsedEventArgs args) => GC.KeepAlive(_state);
}

internal sealed class ShopSettings : INotifyPropertyChanged
{
    public event PropertyChangedEventHandler? PropertyChanged;

    public void Raise() => PropertyChanged?.Invoke(this, new PropertyChangedEventArgs("Open"));
}

internal static class Tape
{
    public static event EventHandler? Ticked;

    public static void Tick() => Ticked?.Invoke(null, EventArgs.Empty);

    public static byte[] Follow()
    {
        byte[] history = new byte[900];
        Ticked += (_, _) => GC.KeepAlive(history);
        return history;
    }
}

internal static class EventBus<T>
{
    public static event Action<T>? Published;

    public static void Publish(T message) => Published?.Invoke(message);
}

internal sealed class MessageBus
{
    private readonly Dictionary<Type, List<Delegate>> _handlers = [];

    public Action<T> Subscribe<T>(Action<T> handler)
    {
        if (!_handlers.TryGetValue(typeof(T), out List<Delegate>? handlers))
        {
            _handlers.Add(typeof(T), handlers = []);
        }

        handlers.Add(handler);
        return handler;
    }
}

internal sealed class PageObserver : IObserver<Page>
{
    private readonly byte[] _state = new byte[900];

    public void OnCompleted() => GC.KeepAlive(_state);

    public void OnError(Exception error) => GC.KeepAlive(_state);

    public void OnNext(Page value) => GC.KeepAlive(_state);
}

internal sealed class Ticker : IObservable<Page>
{
    private readonly List<IObserver<Page>> _observers = [];

    public IDisposable Subscribe(IObserver<Page> observer)
    {
        _observers.Add(observer);
        return new Subscription(_observers, observer);
    }

    private sealed class Subscription(List<IObserver<Page>> observers, IObserver<Page> observer) : IDisposable
    {
        public void Dispose() => observers.Remove(observer);
    }
}

internal sealed class Saver
{
    private Action? _onSaved;

    public Action Add(Action action)
    {
        _onSaved += action;
        return action;
    }

    public void Save() => _onSaved?.Invoke();
}
