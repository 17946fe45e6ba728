using MemGuard.Sampling;

namespace MemGuard.Tests.Sampling;

public sealed class FullCollectionTests
{
    private const long MB = 1 << 20;

    [Fact]
    public void TrySelect_BeforeTheFirstCollection_SelectsNone()
    {
        Assert.False(FullCollection.TrySelect(default, default, default, [], out _));
    }

    [Fact]
    public void TrySelect_BlockingIsNewer_SelectsBlocking()
    {
        GCRecord blocking = FakeGCCounters.Record(9, 100 * MB);
        GCRecord background = FakeGCCounters.Record(5, 80 * MB, concurrent: true);

        Assert.True(FullCollection.TrySelect(blocking, background, blocking, [], out GCRecord full));

        Assert.Equal(blocking, full);
    }

    [Fact]
    public void TrySelect_BackgroundIsNewer_SelectsBackground()
    {
        GCRecord blocking = FakeGCCounters.Record(5, 100 * MB);
        GCRecord background = FakeGCCounters.Record(9, 80 * MB, concurrent: true);

        Assert.True(FullCollection.TrySelect(blocking, background, background, [], out GCRecord full));

        Assert.Equal(background, full);
    }

    [Fact]
    public void TrySelect_LaterCollectionTellsLess_TakesTheLowerOfTheTwoBounds()
    {
        // Seen under the adaptive server GC: objects promoted during the background collection were counted twice, 344 MB of 260.
        GCRecord background = FakeGCCounters.Record(344, 344 * MB, concurrent: true);
        GCRecord any = FakeGCCounters.Record(345, 273 * MB, generation: 0);

        Assert.True(FullCollection.TrySelect(FakeGCCounters.Record(337, 21 * MB), background, any, [], out GCRecord full));

        Assert.Equal((344, any.LiveBytes), (full.Index, full.LiveBytes));
    }

    [Fact]
    public void TrySelect_LaterCollectionTellsMore_KeepsTheBackgroundRecord()
    {
        GCRecord background = FakeGCCounters.Record(9, 80 * MB, concurrent: true);
        GCRecord any = FakeGCCounters.Record(10, 95 * MB, generation: 1);

        Assert.True(FullCollection.TrySelect(FakeGCCounters.Record(5, MB), background, any, [], out GCRecord full));

        Assert.Equal(background, full);
    }

    [Fact]
    public void TrySelect_TieOfIndices_SelectsBlocking()
    {
        GCRecord blocking = FakeGCCounters.Record(9, 1140 * MB);
        GCRecord background = FakeGCCounters.Record(9, 304 * MB, concurrent: true);

        Assert.True(FullCollection.TrySelect(blocking, background, background, [], out GCRecord full));

        Assert.Equal(1140 * MB, full.HeapSizeBytes);
    }

    [Fact]
    public void TrySelect_BackgroundSizesAreZero_SelectsNone()
    {
        GCRecord background = FakeGCCounters.Record(9, 0, concurrent: true);
        GCRecord any = FakeGCCounters.Record(11, 50 * MB, generation: 0);

        Assert.False(FullCollection.TrySelect(FakeGCCounters.Record(5, MB), background, any, [], out _));
    }

    [Fact]
    public void TrySelect_BackgroundRepeatsAnOlderRecord_SelectsNone()
    {
        GCRecord older = FakeGCCounters.Record(3, 80 * MB, concurrent: true);
        GCRecord background = older with { Index = 9 };
        GCRecord any = FakeGCCounters.Record(11, 50 * MB, generation: 1);

        Assert.False(FullCollection.TrySelect(default, background, any, [default, older], out _));
    }

    [Fact]
    public void TrySelect_SameSizesWithOtherPauses_IsNoRepeat()
    {
        GCRecord older = FakeGCCounters.Record(3, 80 * MB, concurrent: true);
        GCRecord background = older with { Index = 9, SecondPause = TimeSpan.FromMilliseconds(2) };

        Assert.True(FullCollection.TrySelect(default, background, background, [older], out _));
    }

    [Fact]
    public void TrySelect_BackgroundThatWasNotConcurrent_SelectsNone()
    {
        GCRecord background = FakeGCCounters.Record(9, 80 * MB, concurrent: false);

        Assert.False(FullCollection.TrySelect(default, background, FakeGCCounters.Record(10, MB, generation: 0), [], out _));
    }

    [Fact]
    public void TrySelect_AnyOfTheSameIndexDiffers_SelectsAny()
    {
        GCRecord background = FakeGCCounters.Record(9, 80 * MB, concurrent: true);
        GCRecord any = FakeGCCounters.Record(9, 120 * MB, concurrent: true);

        Assert.True(FullCollection.TrySelect(default, background, any, [], out GCRecord full));

        Assert.Equal(120 * MB, full.HeapSizeBytes);
    }

    [Fact]
    public void TrySelect_ZeroBackgroundButAnyHasIt_SelectsAny()
    {
        GCRecord background = FakeGCCounters.Record(9, 0, concurrent: true);
        GCRecord any = FakeGCCounters.Record(9, 120 * MB);

        Assert.True(FullCollection.TrySelect(default, background, any, [], out GCRecord full));

        Assert.Equal(any, full);
    }
}
