using MemGuard.Analyzers.Tests.Support;
using Microsoft.CodeAnalysis;

namespace MemGuard.Analyzers.Tests.Lifetimes;

public sealed class EventAnalyzerTests
{
    private const string Bus = "\npublic class Bus { public event EventHandler? Published; public static event EventHandler? Changed; public static Bus Shared { get; } = new(); public void Raise() { Published?.Invoke(this, EventArgs.Empty); Changed?.Invoke(this, EventArgs.Empty); } }";

    [Theory]
    [InlineData("public sealed class Viewer { public Viewer() { Bus.Changed += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } }")]
    [InlineData("public sealed class Viewer { private int _seen; public void Show() { Bus.Changed += (_, _) => _seen++; } }")]
    [InlineData("public sealed class Viewer { public Viewer() { Bus.Shared.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } }")]
    [InlineData("public sealed class Viewer : IDisposable { public Viewer(Bus bus) { bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { } }")]
    [InlineData("public sealed class Viewer : IDisposable { private readonly Bus _bus; public Viewer(Bus bus) { _bus = bus; _bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { } }")]
    [InlineData("public sealed class Viewer(Bus bus) : IDisposable { public void Show() { bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { } }")]
    [InlineData("public sealed class Orders(Bus bus) : ControllerBase { public void Show() { bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } }")]
    public async Task Event_OfALongerLivedObjectWithoutUnsubscription_IsReported(string viewer) => Assert.Equal("MG0006", Assert.Single(await Analysis.ReportsAsync(viewer + Bus)).Id);

    [Theory]
    [InlineData("public sealed class Viewer : IDisposable { public Viewer() { Bus.Changed += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { Bus.Changed -= OnChanged; } }")]
    [InlineData("public sealed class Viewer { public Viewer() { Bus.Changed += static (_, _) => { }; Bus.Changed += OnChanged; } private static void OnChanged(object? sender, EventArgs e) { } }")]
    [InlineData("public sealed class Viewer { public Viewer(Bus bus) { bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } }")]
    [InlineData("public sealed class Viewer : IDisposable { private readonly Bus _bus = new(); public Viewer() { _bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { } }")]
    [InlineData("public sealed class Viewer : IDisposable { private readonly System.Timers.Timer _timer; public Viewer(System.Timers.Timer timer) { _timer = timer; _timer.Elapsed += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { _timer.Dispose(); } }")]
    [InlineData("public sealed class Viewer { public Viewer() { AppDomain.CurrentDomain.ProcessExit += OnChanged; Console.CancelKeyPress += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } }")]
    [InlineData("public sealed class Viewer : BackgroundService { public Viewer() { Bus.Changed += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.CompletedTask; }")]
    public async Task Event_UnsubscribedOrNotLongerLived_IsNotReported(string viewer) => Assert.Empty(await Analysis.ReportsAsync(viewer + Bus));

    [Fact]
    public async Task Message_NamesSubscriberEventAndKeeper()
    {
        Diagnostic report = Assert.Single(await Analysis.ReportsAsync("public sealed class Viewer(Bus bus) : IDisposable { public void Show() { bus.Published += OnChanged; } private void OnChanged(object? sender, EventArgs e) { } public void Dispose() { } }" + Bus));

        Assert.StartsWith("'Viewer' subscribes to 'Bus.Published' and never unsubscribes: 'bus' keeps every 'Viewer' alive.", report.GetMessage(System.Globalization.CultureInfo.InvariantCulture), StringComparison.Ordinal);
    }
}
