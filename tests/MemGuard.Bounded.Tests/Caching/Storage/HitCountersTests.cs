using MemGuard.Bounded;

namespace MemGuard.Bounded.Tests.Caching;

public sealed class HitCountersTests
{
    [Fact]
    public void Sum_HitsAndMisses_AreApart()
    {
        HitCounters counters = new();
        for (int i = 0; i < 5; i++)
        {
            counters.CountHit();
        }

        counters.CountMiss();

        Assert.Equal((5, 1), counters.Sum());
    }
}
