namespace MemGuard.Bounded.Tests.Caching;

public sealed class FrequencySketchTests
{
    private const uint Hot = 0xC0FF_EE11;

    [Fact]
    public void Add_AKeyRepeatedly_ReturnsWhatEstimateReturns()
    {
        FrequencySketch sketch = Create(64);

        for (int count = 1; count <= 20; count++)
        {
            Assert.Equal(Math.Min(count, 15), sketch.Add(Hot, 1));
            Assert.Equal(Math.Min(count, 15), sketch.Estimate(Hot));
        }
    }

    // From 1024 words on the blocks are aligned.
    [Theory]
    [InlineData(512)]
    [InlineData(4096)]
    public void Add_TenTimesTheCapacity_HalvesTheCountersAboutOnce(int capacity)
    {
        FrequencySketch sketch = Create(capacity);
        sketch.Add(Hot, 12);

        AddOthers(ref sketch, 7 * capacity);
        int before = sketch.Estimate(Hot);
        AddOthers(ref sketch, 6 * capacity);

        Assert.InRange(before, 12, 15);
        Assert.InRange(sketch.Estimate(Hot), 6, 9);
    }

    [Fact]
    public void Resize_ToALongerSketch_KeepsTheCounters()
    {
        FrequencySketch sketch = Create(512);
        AddOthers(ref sketch, 9 * 512);
        sketch.Add(Hot, 12);

        sketch.Resize(1024, 1024);
        AddOthers(ref sketch, 256);

        Assert.InRange(sketch.Estimate(Hot), 12, 15);
    }

    [Fact]
    public void Resize_ToAMuchSmallerCapacity_HalvesTheCountersOnce()
    {
        FrequencySketch sketch = Create(512);
        AddOthers(ref sketch, 9 * 512);
        sketch.Add(Hot, 12);

        sketch.Resize(512, 32);
        AddOthers(ref sketch, 16);

        Assert.InRange(sketch.Estimate(Hot), 6, 7);
    }

    private static FrequencySketch Create(int capacity)
    {
        FrequencySketch sketch = default;
        sketch.Resize(capacity, capacity);
        return sketch;
    }

    private static void AddOthers(ref FrequencySketch sketch, int count)
    {
        Random random = new(1);
        for (int i = 0; i < count; i++)
        {
            sketch.Add((uint)random.NextInt64(uint.MaxValue), 1);
        }
    }
}
