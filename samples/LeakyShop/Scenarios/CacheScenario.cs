using System.Collections.Concurrent;
using MemGuard.Bounded;
using MemGuard.Triage;

namespace LeakyShop.Scenarios;

/// <summary>The guide's case study: a static cache without a bound. The fix is a bound.</summary>
internal sealed class CacheScenario : Scenario
{
    public override string Name => "cache";

    public override string Story => "every user that ever came by stays in a static dictionary";

    public override MemoryProblem Expected => MemoryProblem.ManagedLeak;

    public override string Structure => "users";

    public override void AddServices(IServiceCollection services, bool isFixed) =>
        services.AddSingleton(static _ => new BoundedCache<string, User>(new() { Name = "users", Capacity = 500 }));

    public override Task<string> HandleAsync(int id, IServiceProvider services, bool isFixed, CancellationToken cancellationToken)
    {
        User user = isFixed
            ? services.GetRequiredService<BoundedCache<string, User>>().GetOrAdd($"user-{id}", static (_, id) => User.Load(id), id)
            : UserService.Get(id);
        return Task.FromResult(user.Name);
    }

    private static class UserService
    {
        private static readonly ConcurrentDictionary<string, User> _cache = new();

        public static User Get(int id) => _cache.GetOrAdd($"user-{id}", static (_, id) => User.Load(id), id);
    }
}
