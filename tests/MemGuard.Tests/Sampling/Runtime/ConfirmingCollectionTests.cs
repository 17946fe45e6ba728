using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class ConfirmingCollectionTests
{
    [Fact]
    public void Request_YoungObjects_AreCollectedBeforeIt()
    {
        int before = CountYoung();

        ConfirmingCollection.Request();

        Assert.True(CountYoung() > before, "no young collection");
    }

    // Of generation 0, or of 1 as well where the runtime finds that due too. Other tests collect meanwhile: both counts are of one moment.
    private static int CountYoung()
    {
        while (true)
        {
            int all = GC.CollectionCount(0);
            int full = GC.CollectionCount(2);
            if (GC.CollectionCount(0) == all)
            {
                return all - full;
            }
        }
    }
}
