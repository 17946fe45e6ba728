namespace MemGuard.Bounded.Tests.Queues;

public sealed class QueueRingTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 4)]
    [InlineData(16, 16)]
    [InlineData(17, 16)]
    [InlineData(int.MaxValue, 16)]
    public void Constructor_AnyCapacity_TakesSixteenSlotsAtMost(int capacity, int length)
    {
        QueueRing<int> ring = new(capacity, isWeighed: false);

        Assert.Equal((length, 0, 0L), (ring.Length, ring.Count, ring.Weight));
    }

    [Fact]
    public void AddTake_AroundTheEndManyTimes_KeepsItemsAndWeightsTogether()
    {
        QueueRing<int> ring = new(4, isWeighed: true);
        Queue<int> model = new();
        for (int i = 1; i <= 100; i++)
        {
            ring.Add(i, i);
            model.Enqueue(i);
            if (i % 3 == 0)
            {
                Assert.Equal(model.Peek(), ring.Peek());
                Assert.Equal(model.Dequeue(), ring.Take());
            }

            Assert.Equal((model.Count, model.Sum()), (ring.Count, ring.Weight));
            Assert.Equal((model.Peek(), i), (ring.OldestWeight, ring.NewestWeight));
            Assert.Equal(model, ring.ToArray());
        }

        Assert.Equal((100L, 33L), (ring.Added, ring.Removed));
        Assert.Equal(128, ring.Length);
    }

    [Fact]
    public void TakeNewest_OfSeveral_GivesItsPlaceToTheNext()
    {
        QueueRing<string> ring = new(4, isWeighed: true);
        ring.Add("a", 1);
        ring.Add("b", 2);

        Assert.Equal("b", ring.TakeNewest());
        Assert.Equal((1, 1L, 1L, 0L), (ring.Count, ring.Weight, ring.Added, ring.Removed));
        ring.Add("c", 5);

        Assert.Equal(["a", "c"], ring.ToArray());
        Assert.Equal((6L, 1L, 5L), (ring.Weight, ring.OldestWeight, ring.NewestWeight));
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(2, 2)]
    [InlineData(4, 4)]
    [InlineData(9, 4)]
    public void TakeMany_AroundTheEnd_TakesTheOldestInOrder(int room, int expected)
    {
        QueueRing<string> ring = new(4, isWeighed: true);
        ring.Add("gone", 100);
        ring.Add("gone", 100);
        ring.Take();
        ring.Take();
        string[] items = ["a", "b", "c", "d"];
        for (int i = 0; i < items.Length; i++)
        {
            ring.Add(items[i], i + 1);
        }

        string[] destination = new string[room];
        int taken = ring.TakeMany(destination);

        Assert.Equal(expected, taken);
        Assert.Equal(items[..expected], destination[..expected]);
        Assert.Equal(items[expected..], ring.ToArray());
        Assert.Equal((4 - expected, Enumerable.Range(1, 4).Skip(expected).Sum()), (ring.Count, ring.Weight));
    }

    [Fact]
    public void WithoutWeights_AnyItem_WeighsNothing()
    {
        QueueRing<int> ring = new(2, isWeighed: false);
        ring.Add(1, 7);
        ring.Add(2, 8);

        Assert.Equal((0L, 0L, 0L, true), (ring.Weight, ring.OldestWeight, ring.NewestWeight, ring.IsArrayFull));
        Assert.Equal(2, ring.TakeNewest());
        Assert.Equal(1, ring.Take());
        Assert.Equal(0, ring.Weight);
    }

    [Fact]
    public void Shorten_NearlyEmptyLongArray_KeepsTheRestInTwiceItsLength()
    {
        QueueRing<int> ring = new(10_000, isWeighed: true);
        for (int i = 0; i < 8192; i++)
        {
            ring.Add(i, i);
        }

        for (int i = 0; i < 8192 - 1025; i++)
        {
            ring.Take();
        }

        Assert.False(ring.IsSparse);
        ring.Take();
        Assert.True(ring.IsSparse);
        int[] rest = ring.ToArray();
        ring.Shorten();

        Assert.Equal((2048, 1024, false), (ring.Length, ring.Count, ring.IsSparse));
        Assert.Equal(rest, ring.ToArray());
        Assert.Equal((rest.Sum(), rest[0], rest[^1]), (ring.Weight, ring.OldestWeight, ring.NewestWeight));
    }

    [Fact]
    public void IsSparse_ArrayOfFourThousand_IsNotWorthACopy()
    {
        QueueRing<int> ring = new(10_000, isWeighed: false);
        for (int i = 0; i < 4096; i++)
        {
            ring.Add(i, 0);
        }

        ring.TakeMany(new int[4096]);

        Assert.Equal((4096, false), (ring.Length, ring.IsSparse));
    }
}
