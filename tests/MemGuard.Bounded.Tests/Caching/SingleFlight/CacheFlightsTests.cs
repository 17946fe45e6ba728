namespace MemGuard.Bounded.Tests.Caching;

/// <summary>The account of creations, without a cache around it.</summary>
public sealed class CacheFlightsTests
{
    private const long NeverOverdue = long.MinValue;

    private CacheFlights<string, int> _flights;

    [Fact]
    public void Add_OneAfterTheOther_IsEmptyAgainOnceAllHaveEnded()
    {
        Assert.True(_flights.IsEmpty);
        long[] tickets = [.. Enumerable.Range(0, 6).Select(i => _flights.Add($"key {i}", (uint)i, 0, 0, Create()))];
        Assert.Equal(6, tickets.Distinct().Count());

        for (int i = 0; i < tickets.Length; i++)
        {
            Assert.False(_flights.IsEmpty);
            _flights.RemoveAt(_flights.IndexOf(tickets[i], (uint)i), out _);
            Assert.Equal(-1, _flights.IndexOf(tickets[i], (uint)i));
        }

        Assert.True(_flights.IsEmpty);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void RemoveAt_AnyOfFourOfOneHash_LeavesTheOthersToBeJoined(int gone)
    {
        CacheFlight<int>[] flights = [Create(), Create(), Create(), Create()];
        long[] tickets = [.. flights.Select((flight, i) => _flights.Add($"key {i}", 7, 0, 0, flight))];

        _flights.RemoveAt(_flights.IndexOf(tickets[gone], 7), out CacheFlight<int>? removed);

        Assert.Same(flights[gone], removed);
        for (int i = 0; i < 4; i++)
        {
            Assert.Equal(i != gone, _flights.TryJoin($"key {i}", 7, null, NeverOverdue, out CacheFlight<int>? joined));
            Assert.Same(i != gone ? flights[i] : null, joined);
            Assert.Equal(i != gone ? 1 : 0, flights[i].Waiters);
        }
    }

    [Fact]
    public void TryJoin_OwnThread_ComesWithoutAFlight()
    {
        _flights.Add("own", 1, CurrentThread.Id, 0, flight: null);
        _flights.Add("another's", 2, CurrentThread.Id + 1, 5, flight: null);

        Assert.True(_flights.TryJoin("own", 1, null, NeverOverdue, out CacheFlight<int>? own));
        Assert.True(_flights.TryJoin("another's", 2, null, NeverOverdue, out CacheFlight<int>? first));
        Assert.True(_flights.TryJoin("another's", 2, null, NeverOverdue, out CacheFlight<int>? second));

        Assert.Null(own);
        Assert.Same(first, second);
        Assert.Equal((2, 5L), (first!.Waiters, first.StartedMilliseconds));
        Assert.Equal(Environment.CurrentManagedThreadId, CurrentThread.Id);
    }

    [Fact]
    public void Invalidate_ComparerIgnoresCase_FindsTheKeyByIt()
    {
        long ticket = _flights.Add("Key", 7, 0, 0, Create());
        long other = _flights.Add("other", 7, 0, 0, Create());

        Assert.True(_flights.CanJoin("kEY", 7, StringComparer.OrdinalIgnoreCase, NeverOverdue));
        Assert.False(_flights.CanJoin("kEY", 7, null, NeverOverdue));
        Assert.False(_flights.CanJoin("kEY", 8, StringComparer.OrdinalIgnoreCase, NeverOverdue));
        _flights.Invalidate("KEY", 7, null);
        Assert.False(_flights.IsInvalid(_flights.IndexOf(ticket, 7)));
        _flights.Invalidate("KEY", 7, StringComparer.OrdinalIgnoreCase);

        Assert.True(_flights.IsInvalid(_flights.IndexOf(ticket, 7)));
        Assert.False(_flights.IsInvalid(_flights.IndexOf(other, 7)));
        Assert.False(_flights.CanJoin("Key", 7, StringComparer.OrdinalIgnoreCase, NeverOverdue));
    }

    [Fact]
    public void Invalidate_OlderThanACreation_LeavesItAndTheYounger()
    {
        long[] tickets = [.. Enumerable.Range(0, 3).Select(_ => _flights.Add("key", 7, 0, 0, Create()))];

        _flights.Invalidate("key", 7, null, olderThan: tickets[1]);

        Assert.Equal([true, false, false], tickets.Select(ticket => _flights.IsInvalid(_flights.IndexOf(ticket, 7))));
        _flights.InvalidateAll();
        Assert.All(tickets, ticket => Assert.True(_flights.IsInvalid(_flights.IndexOf(ticket, 7))));
    }

    [Fact]
    public void Invalidate_AFlight_IsThatOneAlone()
    {
        CacheFlight<int> flight = Create();
        long first = _flights.Add("a", 1, 0, 0, Create());
        long second = _flights.Add("b", 2, 0, 0, flight);

        _flights.Invalidate(flight);

        Assert.False(_flights.IsInvalid(_flights.IndexOf(first, 1)));
        Assert.True(_flights.IsInvalid(_flights.IndexOf(second, 2)));
    }

    [Fact]
    public void TryJoin_BegunByTheLimit_IsGivenUpAndCountedOnce()
    {
        _flights.Add("key", 7, 0, startedMilliseconds: 100, Create());

        Assert.True(_flights.CanJoin("key", 7, null, overdueSince: 99));
        Assert.False(_flights.CanJoin("key", 7, null, overdueSince: 100));
        Assert.False(_flights.TryJoin("key", 7, null, overdueSince: 100, out _));
        CacheFlight<int> younger = Create();
        _flights.Add("key", 7, 0, startedMilliseconds: 150, younger);

        Assert.True(_flights.TryJoin("key", 7, null, overdueSince: 100, out CacheFlight<int>? joined));
        Assert.Same(younger, joined);
        FlightSurvey survey = new(nowMilliseconds: 160);
        _flights.Survey(ref survey);
        Assert.Equal((2, TimeSpan.FromMilliseconds(60), 1L), (survey.Count, survey.OldestAge, survey.TotalOverdue));
    }

    [Fact]
    public void GiveUp_TheSameFlightTwice_IsCountedOnceAndLeavesTheOthers()
    {
        CacheFlight<int> flight = Create();
        _flights.Add("a", 1, 0, 0, Create());
        long ticket = _flights.Add("b", 2, 0, 0, flight);

        _flights.GiveUp(flight);
        _flights.GiveUp(flight);
        _flights.GiveUpIfOverdue(_flights.IndexOf(ticket, 2), overdueSince: 0);

        FlightSurvey survey = new(nowMilliseconds: 0);
        _flights.Survey(ref survey);
        Assert.Equal((2, 1L), (survey.Count, survey.TotalOverdue));
        Assert.True(_flights.CanJoin("a", 1, null, NeverOverdue));
        Assert.False(_flights.CanJoin("b", 2, null, NeverOverdue));
    }

    [Fact]
    public void Survey_NothingIsCreated_HasNoAge()
    {
        FlightSurvey survey = new(nowMilliseconds: 10);
        _flights.Survey(ref survey);

        Assert.Equal((0, null, 0L), (survey.Count, survey.OldestAge, survey.TotalOverdue));
    }

    [Fact]
    public async Task CacheFlight_CompletedOrFailed_KeepsItsFirstEnd()
    {
        CacheFlight<int> completed = Create();
        CacheFlight<int> failed = Create();
        InvalidDataException error = new();
        completed.Complete(3);
        completed.Fail(error);
        failed.Fail(error);

        Assert.Equal(3, await completed.Task);
        Assert.False(completed.HasFailedWith(error));
        Assert.True(failed.HasFailedWith(error));
        Assert.False(failed.HasFailedWith(new InvalidDataException()));
    }

    private static CacheFlight<int> Create() => new() { StartedMilliseconds = 0 };
}
