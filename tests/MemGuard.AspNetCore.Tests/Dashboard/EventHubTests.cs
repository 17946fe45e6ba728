using System.Runtime.CompilerServices;
using System.Text;
using MemGuard.AspNetCore.Dashboard;
using MemGuard.AspNetCore.Tests.Support;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.AspNetCore.Tests.Dashboard;

public sealed class EventHubTests
{
    /// <summary>After it something is said, whatever has happened.</summary>
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly FakeMonitor _monitor = Shop.In("healthy");
    private readonly EventHub _hub;

    public EventHubTests() => _hub = Create(_monitor);

    [Fact]
    public async Task Slot_OfASlowViewer_HasTheNewestAlone()
    {
        using Viewer viewer = _hub.TryJoin(static () => { })!;
        using Viewer witness = _hub.TryJoin(static () => { })!;
        for (int i = 0; i < 3; i++)
        {
            _monitor.History = Shop.Samples(901 + i, 0, 1024);
            _time.Advance(TimeSpan.FromSeconds(1));
            await witness.TakeAsync();
        }

        string taken = Encoding.UTF8.GetString((await viewer.TakeAsync())!.Text.Span);

        Assert.StartsWith("id: 905000\n", taken, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tick_ForAllViewers_IsWrittenOnce()
    {
        using Viewer first = _hub.TryJoin(static () => { })!;
        using Viewer second = _hub.TryJoin(static () => { })!;
        _time.Advance(TimeSpan.FromSeconds(1));

        Assert.Same(await first.TakeAsync(), await second.TakeAsync());
    }

    [Fact]
    public async Task Buffer_OnceAllHaveSentIt_IsUsedAgainAndNotBefore()
    {
        using Viewer first = _hub.TryJoin(static () => { })!;
        using Viewer second = _hub.TryJoin(static () => { })!;
        SharedText held = await TickAsync(first);
        string text = Encoding.UTF8.GetString(held.Text.Span);
        (await second.TakeAsync())!.Return();

        SharedText next = await TickAsync(first);

        Assert.NotSame(held, next);
        Assert.Equal(text, Encoding.UTF8.GetString(held.Text.Span));
        held.Return();
        next.Return();
        (await second.TakeAsync())!.Return();
        Assert.Contains(await TickAsync(first), new[] { held, next });
    }

    [Fact]
    public async Task Hub_WithoutAViewer_AsksNothing()
    {
        using (Viewer viewer = _hub.TryJoin(static () => { })!)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await viewer.TakeAsync();
        }

        _time.Advance(TimeSpan.FromSeconds(1));
        int asked = _monitor.Asked;
        _time.Advance(TimeSpan.FromMinutes(10));

        Assert.Equal(asked, _monitor.Asked);
        Assert.Equal(0, _hub.CurrentViewers);
    }

    [Fact]
    public async Task Viewer_AfterTenMinutes_Ends()
    {
        using Viewer viewer = _hub.TryJoin(static () => { })!;
        SharedText? news;
        int taken = 0;
        do
        {
            _time.Advance(Period);
            news = await viewer.TakeAsync();
        }
        while (news is not null && taken++ < 100);

        Assert.Null(news);
        Assert.InRange(taken, 18, 21);
    }

    [Fact]
    public async Task Viewer_WhoseClientDoesNotRead_IsAborted()
    {
        TaskCompletionSource aborted = new();
        using Viewer stalled = _hub.TryJoin(aborted.SetResult)!;
        using Viewer witness = _hub.TryJoin(static () => { })!;
        Task sending = stalled.SendAsync(new StalledStream(), new byte[1], CancellationToken.None);

        while (_time.GetUtcNow() - _time.Start < EventHub.StallTimeout + TimeSpan.FromSeconds(20))
        {
            _time.Advance(Period);
            await witness.TakeAsync();
        }

        await aborted.Task;
        Assert.False(sending.IsCompleted);
    }

    [Theory]
    [InlineData("healthy", 30)]
    [InlineData("confirmed", 10)]
    public async Task State_WithoutNews_IsToldMoreOftenWhileSomethingIsWrong(string state, int seconds)
    {
        FakeMonitor monitor = Shop.In(state);
        EventHub hub = Create(monitor);
        using Viewer viewer = hub.TryJoin(static () => { })!;
        List<int> toldAt = [];
        for (int second = 0; second < 70; second++)
        {
            monitor.History = Shop.Samples(901 + second, 0, 1024);
            _time.Advance(TimeSpan.FromSeconds(1));
            if (Encoding.UTF8.GetString((await viewer.TakeAsync())!.Text.Span).Contains("event: state\n", StringComparison.Ordinal))
            {
                toldAt.Add(second);
            }
        }

        Assert.All(toldAt.Zip(toldAt.Skip(1)), pair => Assert.Equal(seconds, pair.Second - pair.First));
        Assert.Equal(70 / seconds, toldAt.Count - (70 % seconds > 0 ? 1 : 0));
    }

    [Fact]
    public void Loop_WhileAnybodyLooks_KeepsNothingOfTheFirstViewersRequest()
    {
        WeakReference ofRequest = JoinInARequest(out Viewer viewer);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();

        Assert.False(ofRequest.IsAlive);
        Assert.Equal(1, _hub.CurrentViewers);
        viewer.Dispose();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private WeakReference JoinInARequest(out Viewer viewer)
    {
        AsyncLocal<object?> request = new() { Value = new object() };
        WeakReference value = new(request.Value);
        viewer = _hub.TryJoin(static () => { })!;
        request.Value = null;
        return value;
    }

    private async Task<SharedText> TickAsync(Viewer viewer)
    {
        _monitor.History = Shop.Samples(_monitor.History.Count + 1, 0, 1024);
        _time.Advance(TimeSpan.FromSeconds(1));
        return (await viewer.TakeAsync())!;
    }

    private EventHub Create(FakeMonitor monitor) =>
        new(new PageSource(monitor, new SnapshotLibrary(null), new SnapshotRun(null, false, _time), new ServiceCollection().BuildServiceProvider()), _time);

    private sealed class StalledStream : MemoryStream
    {
        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) => new(new TaskCompletionSource().Task);
    }
}
