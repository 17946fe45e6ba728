using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class ConfirmingCollectionTests
{
    [Fact]
    public void Request_YoungObjects_AreCollectedBeforeIt()
    {
        int before = CountYoungOnly();

        ConfirmingCollection.Request();

        Assert.True(CountYoungOnly() > before, "no collection of generation 0 alone");
    }

    // Other tests collect meanwhile: both counts are of one moment.
    private static int CountYoungOnly()
    {
        while (true)
        {
            int all = GC.CollectionCount(0);
            int older = GC.CollectionCount(1);
            if (GC.CollectionCount(0) == all)
            {
                return all - older;
            }
        }
    }
}
