using MemGuard.Lifetimes;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Bounded.Tests.Lifetimes;

/// <summary>Arguments, exact steps, and what the log says.</summary>
public sealed class GuardedEventResultsTests
{
    private static readonly GuardedEvent<int> Prices = new("prices");

    private readonly FakeLogger _logger = new();
    private readonly List<GuardedEventGrowth> _growth = [];

    public static TheoryData<string, Action> Null => new()
    {
        { "name", static () => _ = new GuardedEvent<int>(null!) },
        { "handler", static () => Prices.Subscribe(null!) },
        { "handler", static () => Prices.SubscribeOnce(null!) },
        { "target", static () => Prices.SubscribeWeakly<object>(null!, static (_, _, _) => { }) },
        { "handler", static () => Prices.SubscribeWeakly(new object(), null!) },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void AnyMethod_NullArgument_NamesItAndSubscribesNothing(string parameter, Action call)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
        Assert.Equal(0, Prices.HandlerCount);
    }

    [Fact]
    public void Constructor_WrongNameOrStep_SaysSo()
    {
        Assert.Equal("name", Assert.Throws<ArgumentException>(static () => new GuardedEvent<int>(" ")).ParamName);
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(static () => new GuardedEvent<int>("prices", new GuardedEventOptions { WarnAt = 0 }));

        Assert.Equal(("options", 0), (refused.ParamName, refused.ActualValue));
        Assert.StartsWith("GuardedEvent \"prices\": WarnAt must be positive, but is 0.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(["WarnAt must be positive, but is -1."], new GuardedEventOptions { WarnAt = -1 }.GetErrors());
        Assert.Empty(new GuardedEventOptions { WarnAt = 1 }.GetErrors());
    }

    [Fact]
    public void Options_NothingSet_AreTheDocumentedDefaults()
    {
        GuardedEventOptions options = new();

        Assert.Equal(100, options.WarnAt);
        Assert.Null(options.Logger);
        Assert.Null(options.HandlersGrew);
    }

    [Fact]
    public void Subscribe_ToTheStepAndItsDoubling_WarnsExactlyThere()
    {
        GuardedEvent<int> source = Create(4);

        List<int> warnedAt = [];
        for (int i = 1; i <= 16; i++)
        {
            int before = _growth.Count;
            source.Subscribe(static (_, _) => { });
            if (_growth.Count > before)
            {
                warnedAt.Add(i);
            }
        }

        Assert.Equal([4, 8, 16], warnedAt);
        Assert.Equal([4, 8, 16], _growth.Select(static growth => growth.HandlerCount));
    }

    [Fact]
    public void Subscribe_StaticHandlersPileUp_NamesTheirTypeAndShare()
    {
        GuardedEvent<int> source = Create(4);
        source.SubscribeWeakly(new List<int>(), static (_, _, _) => { });
        source.Subscribe(OnPrice);
        source.Subscribe(OnPrice);
        source.Subscribe(OnPrice);

        GuardedEventGrowth growth = Assert.Single(_growth);

        Assert.Equal(("prices", 4, typeof(GuardedEventResultsTests).FullName, 0.75), (growth.EventName, growth.HandlerCount, growth.TopSubscriber, growth.TopShareRatio));
        Assert.Equal(
            "Event 'prices' has 4 handlers and keeps gaining: 75 % belong to MemGuard.Bounded.Tests.Lifetimes.GuardedEventResultsTests. Each keeps its subscriber alive. Next: dispose what Subscribe returned, or use SubscribeWeakly.",
            Assert.Single(_logger.Collector.GetSnapshot()).Message);
    }

    [Fact]
    public void Raise_HandlersThrow_SaysTheFirstAndCountsAll()
    {
        GuardedEvent<int> source = Create(100);
        InvalidDataException thrown = new();
        source.Subscribe((_, _) => throw thrown);
        Assert.Equal(0, source.TotalErrors);

        source.Raise(this, 1);
        source.Raise(this, 2);

        Assert.Equal(2, source.TotalErrors);
        FakeLogRecord said = Assert.Single(_logger.Collector.GetSnapshot());
        Assert.Same(thrown, said.Exception);
        Assert.Equal(
            "A handler of event 'prices' in MemGuard.Bounded.Tests.Lifetimes.GuardedEventResultsTests threw; the others were called. Next: handle it there. Said once, later ones are counted.",
            said.Message);
    }

    [Fact]
    public void Dispose_SubscriptionTwice_TakesOneHandlerBack()
    {
        GuardedEvent<int> source = Create(100);
        int calls = 0;
        IDisposable first = source.Subscribe((_, value) => calls += value);
        source.Subscribe((_, value) => calls += value);

        first.Dispose();
        first.Dispose();
        source.Raise(this, 3);

        Assert.Equal((1, 3), (source.HandlerCount, calls));
    }

    [Fact]
    public void Raise_AnyKindOfHandler_GetsSenderAndArgument()
    {
        GuardedEvent<int> source = Create(100);
        List<(object? Sender, int Value)> seen = [];
        List<(object? Sender, int Value)> weak = [];
        source.Subscribe((sender, value) => seen.Add((sender, value)));
        source.SubscribeOnce((sender, value) => seen.Add((sender, value)));
        source.SubscribeWeakly(weak, static (list, sender, value) => list.Add((sender, value)));

        source.Raise(this, 7);

        Assert.Equal([(this, 7), (this, 7)], seen);
        Assert.Equal([(this, 7)], weak);
        Assert.Equal(2, source.HandlerCount);
    }

    [Fact]
    public void SubscribeWeakly_HandlerHoldsTheTarget_SaysWhatToDo()
    {
        GuardedEvent<int> source = Create(100);

        ArgumentException refused = Assert.Throws<ArgumentException>(() => source.SubscribeWeakly(this, OnPriceOfMine));

        Assert.Equal("handler", refused.ParamName);
        Assert.StartsWith("The handler holds its target, which would never be collected: make it static and use its parameter.", refused.Message, StringComparison.Ordinal);
        Assert.Equal(0, source.HandlerCount);
    }

    private static void OnPrice(object? sender, int price)
    {
    }

    private void OnPriceOfMine(GuardedEventResultsTests target, object? sender, int price) => _growth.Clear();

    private GuardedEvent<int> Create(int warnAt) => new("prices", new GuardedEventOptions { WarnAt = warnAt, Logger = _logger, HandlersGrew = _growth.Add });
}
