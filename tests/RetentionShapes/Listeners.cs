using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Diagnostics.Tracing;
using Microsoft.Extensions.Primitives;

namespace RetentionShapes;

/// <summary>Those who listen to what the process says of itself, one more with each request.</summary>
internal static class Listeners
{
    private static readonly DiagnosticListener s_orders = new("Shop.Orders");

    public static IReadOnlyList<Shape> All { get; } =
    [
        Shape.Each("event-listeners", static _ => new OrderEvents(), "event listeners|EventListener", "OrderEvents") with { Next = "dispose" },
        Shape.Each("diagnostic-observers", static _ => s_orders.Subscribe(new OrderObserver()), "static Listeners.s_orders", "OrderObserver") with { Next = "dispose" },
        Shape.Each("all-diagnostic-listeners", static _ => DiagnosticListener.AllListeners.Subscribe(new ListenerObserver()), "DiagnosticListener", "ListenerObserver") with { Next = "dispose" },
        Shape.Each("activity-listeners", static _ => new RequestTrace().Listen(), "ActivitySource", "RequestTrace|ActivityListener") with { Next = "dispose" },
        Shape.Each("activity-sources", static _ => new ActivitySource("Shop " + Guid.NewGuid(), new string('1', 400)), "ActivitySource") with { Next = "once" },
        Shape.Each("meter-listeners", static _ => new RequestTrace().Measure(), "MeterListener", "RequestTrace") with { Next = "dispose" },
        Shape.Each("file-watch-callbacks", static services => Watch(services, new OrderView()), "ContentRootFileProvider|PhysicalFileProvider|file", "OrderView") with { Next = "dispose" },
        Shape.Each("file-watchers", static _ => PriceFiles.Follow(), "static PriceFiles.s_watchers", "FileSystemWatcher") with { Count = 40 },
    ];

    private static IDisposable Watch(IServiceProvider services, OrderView view)
    {
        IChangeToken token = services.GetRequiredService<IHostEnvironment>().ContentRootFileProvider.Watch("prices.json");
        return token.RegisterChangeCallback(static state => ((OrderView)state!).Refresh(), view);
    }
}

internal sealed class OrderView
{
    private readonly byte[] _state = new byte[900];

    public void Refresh() => GC.KeepAlive(_state);
}

internal sealed class OrderEvents : EventListener
{
    private readonly byte[] _buffer = new byte[900];

    protected override void OnEventWritten(EventWrittenEventArgs eventData) => GC.KeepAlive(_buffer);
}

internal sealed class OrderObserver : IObserver<KeyValuePair<string, object?>>
{
    private readonly byte[] _buffer = new byte[900];

    public void OnCompleted() => GC.KeepAlive(_buffer);

    public void OnError(Exception error) => GC.KeepAlive(_buffer);

    public void OnNext(KeyValuePair<string, object?> value) => GC.KeepAlive(_buffer);
}

internal sealed class ListenerObserver : IObserver<DiagnosticListener>
{
    private readonly byte[] _buffer = new byte[900];

    public void OnCompleted() => GC.KeepAlive(_buffer);

    public void OnError(Exception error) => GC.KeepAlive(_buffer);

    public void OnNext(DiagnosticListener value) => GC.KeepAlive(_buffer);
}

internal sealed class RequestTrace
{
    private readonly byte[] _spans = new byte[900];

    public ActivityListener Listen()
    {
        ActivityListener listener = new() { ShouldListenTo = static source => source.Name == "Shop.Nothing", ActivityStopped = OnStopped };
        ActivitySource.AddActivityListener(listener);
        return listener;
    }

    public MeterListener Measure()
    {
        MeterListener listener = new() { InstrumentPublished = (_, _) => GC.KeepAlive(_spans) };
        listener.Start();
        return listener;
    }

    private void OnStopped(Activity activity) => GC.KeepAlive(_spans);
}

internal static class PriceFiles
{
    private static readonly List<FileSystemWatcher> s_watchers = [];

    public static FileSystemWatcher Follow()
    {
        byte[] last = new byte[20_000];
        FileSystemWatcher watcher = new(AppContext.BaseDirectory, "prices.json");
        watcher.Changed += (_, _) => GC.KeepAlive(last);
        watcher.EnableRaisingEvents = true;
        s_watchers.Add(watcher);
        return watcher;
    }
}
