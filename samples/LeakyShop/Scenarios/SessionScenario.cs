using System.Collections.Concurrent;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>Two thousand sessions come back one after the other after a restart, each with a timer for its expiry; then no new ones come.</summary>
internal sealed class SessionScenario : Scenario
{
    private const int Sessions = 2000;
    private static readonly TimeSpan TimeToLive = TimeSpan.FromMinutes(20);

    private readonly ConcurrentDictionary<int, Session> _sessions = new();

    public override string Name => "sessions";

    public override string Story => "sessions fill up after a restart, with an expiry timer each: MemGuard must confirm nothing";

    public override MemoryProblem Expected => MemoryProblem.None;

    public override int RequestsPerSecond => 20;

    public override TimeSpan? LongestRun => TimeSpan.FromMinutes(4);

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        Session session = _sessions.GetOrAdd(id % Sessions, key => new Session(User.Load(key), expired => _sessions.TryRemove(key, out _)));
        session.Touch(TimeToLive);
        return Task.FromResult(session.User.Name);
    }

    public override void End()
    {
        foreach (Session session in _sessions.Values)
        {
            session.Dispose();
        }
    }

    private sealed class Session(User user, TimerCallback expire) : IDisposable
    {
        private readonly Timer _expiry = new(expire);

        public User User => user;

        public void Touch(TimeSpan timeToLive) => _expiry.Change(timeToLive, Timeout.InfiniteTimeSpan);

        public void Dispose() => _expiry.Dispose();
    }
}
