using System.Runtime.CompilerServices;
using MemGuard.Lifetimes;
using MemGuard.Tests.Support;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Bounded.Tests.Lifetimes;

public sealed class GuardedEventTests
{
    private readonly List<string> _calls = [];
    private readonly List<GuardedEventGrowth> _growth = [];
    private readonly FakeLogger _logger = new();

    [Fact]
    public void Raise_SeveralHandlers_CallsThemInOrderUntilDisposed()
    {
        GuardedEvent<int> source = new("test");
        IDisposable first = source.Subscribe((_, value) => _calls.Add($"first {value}"));
        source.Subscribe((_, value) => _calls.Add($"second {value}"));

        source.Raise(this, 1);
        first.Dispose();
        first.Dispose();
        source.Raise(this, 2);

        Assert.Equal(["first 1", "second 1", "second 2"], _calls);
        Assert.Equal(1, source.HandlerCount);
    }

    [Fact]
    public void SubscribeOnce_RaisesAgainWithinItsHandler_IsCalledOnceAndTheOthersTwice()
    {
        GuardedEvent<int> source = new("once");
        List<int> heard = [];
        using IDisposable other = source.Subscribe((_, args) => heard.Add(args));
        source.SubscribeOnce((_, args) =>
        {
            heard.Add(10 * args);
            source.Raise(null, 2);
        });

        source.Raise(null, 1);

        Assert.Equal([1, 10, 2], heard);
    }

    [Fact]
    public void SubscribeOnce_RaisedTwice_IsCalledOnce()
    {
        GuardedEvent<int> source = new("test");
        source.SubscribeOnce((_, value) => _calls.Add($"{value}"));

        source.Raise(this, 1);
        source.Raise(this, 2);

        Assert.Equal(["1"], _calls);
        Assert.Equal(0, source.HandlerCount);
    }

    [Fact]
    public void SubscribeWeakly_TargetCollected_LeavesAtTheNextRaise()
    {
        GuardedEvent<int> source = new("test");
        SubscribeUnreferenced(source);
        List<string> kept = [];
        source.SubscribeWeakly(kept, static (list, _, value) => list.Add($"{value}"));

        Collect();
        source.Raise(this, 1);

        Assert.Equal(1, source.HandlerCount);
        Assert.Equal(["1"], kept);
    }

    [Fact]
    public void SubscribeWeakly_NeverRaised_DoesNotPileUp()
    {
        GuardedEvent<int> source = new("test", new GuardedEventOptions { WarnAt = 10, HandlersGrew = _growth.Add });
        for (int round = 0; round < 20; round++)
        {
            SubscribeUnreferenced(source);
            Collect();
        }

        Assert.InRange(source.HandlerCount, 1, 10);
        Assert.Empty(_growth);
    }

    [Fact]
    public void SubscribeWeakly_HandlerHoldsTheTarget_Throws()
    {
        GuardedEvent<int> source = new("test");

        Assert.Throws<ArgumentException>(() => source.SubscribeWeakly(this, Count));
    }

    [Fact]
    public void Raise_HandlerThrows_CallsTheOthersCountsAndLogsOnce()
    {
        GuardedEvent<int> source = new("test", new GuardedEventOptions { Logger = _logger });
        source.Subscribe(static (_, _) => throw new InvalidDataException());
        source.Subscribe((_, value) => _calls.Add($"{value}"));

        source.Raise(this, 1);
        source.Raise(this, 2);

        Assert.Equal(["1", "2"], _calls);
        Assert.Equal(2, source.TotalErrors);
        Assert.Single(_logger.Collector.GetSnapshot());
    }

    [Fact]
    public void Subscribe_HandlersPileUp_WarnsAtEachDoublingAndNamesTheMostFrequent()
    {
        GuardedEvent<int> source = new("prices", new GuardedEventOptions { WarnAt = 10, Logger = _logger, HandlersGrew = _growth.Add });
        for (int i = 0; i < 10; i++)
        {
            source.Subscribe(static (_, _) => { });
        }

        for (int i = 0; i < 35; i++)
        {
            source.Subscribe(new Subscriber().OnPrice);
        }

        Assert.Equal([10, 20, 40], _growth.Select(static growth => growth.HandlerCount));
        Assert.Equal(typeof(GuardedEventTests).FullName, _growth[0].TopSubscriber);
        Assert.Equal((typeof(Subscriber).FullName!, 0.75), (_growth[2].TopSubscriber, _growth[2].TopShareRatio));
        Assert.Equal(3, _logger.Collector.Count);
        Assert.Contains("prices", _logger.Collector.GetSnapshot()[0].Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Subscribe_HandlersFellAndGrowAgain_WarnsAgain()
    {
        GuardedEvent<int> source = new("prices", new GuardedEventOptions { WarnAt = 10, HandlersGrew = _growth.Add });
        for (int round = 0; round < 2; round++)
        {
            List<IDisposable> subscriptions = [.. Enumerable.Range(0, 40).Select(_ => source.Subscribe(static (_, _) => { }))];
            subscriptions.ForEach(static subscription => subscription.Dispose());
        }

        Assert.Equal([10, 20, 40, 10, 20, 40], _growth.Select(static growth => growth.HandlerCount));
    }

    [Fact]
    public void Subscribe_HandlersStayAtTheStep_WarnsOnce()
    {
        GuardedEvent<int> source = new("prices", new GuardedEventOptions { WarnAt = 10, HandlersGrew = _growth.Add });
        for (int i = 0; i < 9; i++)
        {
            source.Subscribe(static (_, _) => { });
        }

        for (int i = 0; i < 100; i++)
        {
            source.Subscribe(static (_, _) => { }).Dispose();
        }

        Assert.Single(_growth);
    }

    [Fact]
    public void Subscribe_ListenerToGrowthThrows_IsContained()
    {
        GuardedEvent<int> source = new("prices", new GuardedEventOptions { WarnAt = 1, HandlersGrew = static _ => throw new InvalidDataException() });

        source.Subscribe(static (_, _) => { });

        Assert.Equal(1, source.HandlerCount);
    }

    [Fact]
    public void Raise_HandlerSubscribesAndUnsubscribes_DoesNotDisturbTheRaise()
    {
        GuardedEvent<int> source = new("test");
        IDisposable? second = null;
        source.Subscribe((_, _) =>
        {
            second!.Dispose();
            source.Subscribe((_, value) => _calls.Add($"late {value}"));
        });
        second = source.Subscribe((_, value) => _calls.Add($"second {value}"));

        source.Raise(this, 1);
        source.Raise(this, 2);

        Assert.Equal(["second 1", "late 2"], _calls);
    }

    [Fact]
    public void GetUsage_InTheRegistry_CountsTheHandlers()
    {
        string name = $"event-{Guid.NewGuid()}";
        GuardedEvent<int> source = new(name);
        source.Subscribe(static (_, _) => { });

        BoundedStructureUsage usage = Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name);

        Assert.Equal((StructureKind.Event, 1L), (usage.Kind, usage.Count));
        GC.KeepAlive(source);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void SubscribeUnreferenced(GuardedEvent<int> source) =>
        source.SubscribeWeakly(new List<string>(), static (list, _, value) => list.Add($"{value}"));

    private static void Collect()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
    }

    private void Count(GuardedEventTests target, object? sender, int value) => _calls.Add($"{value}");

    private sealed class Subscriber
    {
        private int _last;

        public void OnPrice(object? sender, int price) => _last = price + _last;
    }
}
