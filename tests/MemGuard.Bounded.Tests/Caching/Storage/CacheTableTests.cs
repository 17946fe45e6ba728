namespace MemGuard.Bounded.Tests.Caching;

public sealed class CacheTableTests
{
    [Fact]
    public void TryTake_ToTheLength_GivesEachSlotOnceAndThenThoseThatWereReturned()
    {
        CacheTable<int, int> table = new(4, shardCount: 1, hasExtras: false);
        List<int> taken = [];
        while (table.TryTake(out int index))
        {
            Assert.False(table.IsExhausted && taken.Count < 3);
            taken.Add(index);
        }

        Assert.Equal([1, 2, 3, 4], taken);
        Assert.True(table.IsExhausted);
        table.Return(2);
        table.Return(4);
        Assert.False(table.IsExhausted);

        Assert.True(table.TryTake(out int newest) && table.TryTake(out int oldest) && (newest, oldest) == (4, 2));
        Assert.False(table.TryTake(out int none));
        Assert.Equal(0, none);
    }

    [Theory]
    [InlineData(1, 1, 2)]
    [InlineData(16, 1, 32)]
    [InlineData(17, 1, 64)]
    [InlineData(2, 16, 32)]
    public void Constructor_AnyLength_HasTwoBucketsASlotAtLeast(int length, int shardCount, int buckets)
    {
        CacheTable<int, int> table = new(length, shardCount, hasExtras: false);

        Assert.Equal((length, buckets), (table.Length, table.Buckets.Length));
        Assert.Equal((length + 1, length + 1, 0), (table.Slots.Length, table.Links.Length, table.Extras.Length));
        Assert.Equal(length + 1, new CacheTable<int, int>(length, shardCount, hasExtras: true).Extras.Length);
    }

    [Fact]
    public void GetNextBucketHash_FromTheFirstToTheLast_VisitsEachBucketOnce()
    {
        CacheTable<int, int> table = new(16, shardCount: 1, hasExtras: false);
        int visited = 0;
        for (ulong hash = 0; hash <= uint.MaxValue; hash = table.GetNextBucketHash((uint)hash))
        {
            ref int bucket = ref table.GetBucket((uint)hash);
            Assert.Equal(0, bucket);
            bucket = ++visited;
        }

        Assert.Equal(32, visited);
        Assert.Equal(1UL << 32, table.GetNextBucketHash(uint.MaxValue));
        Assert.Equal(1UL << 27, table.GetNextBucketHash(0));
    }

    [Fact]
    public void ShareBucket_HashesOfOneStretch_DoAndTheNextDoesNot()
    {
        CacheTable<int, int> table = new(16, shardCount: 1, hasExtras: false);

        Assert.True(table.ShareBucket(0, (1 << 27) - 1));
        Assert.False(table.ShareBucket(0, 1 << 27));
        Assert.True(table.ShareBucket(uint.MaxValue, 31u << 27));
        Assert.False(table.ShareBucket(0, uint.MaxValue));
    }

    [Fact]
    public void Return_KeyAndValue_AreLetGo()
    {
        CacheTable<string, string> table = new(2, shardCount: 1, hasExtras: false);
        Assert.True(table.TryTake(out int index));
        table.Slots[index].Key = "key";
        table.Slots[index].Value = "value";

        table.Return(index);

        Assert.Null(table.Slots[index].Key);
        Assert.Null(table.Slots[index].Value);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lengthen_UsedAndReturnedSlots_KeepTheirPlaces(bool hasExtras)
    {
        CacheTable<int, int> table = CreateFilled(4, hasExtras);
        Free(table, 2);

        CacheTable<int, int> longer = table.Lengthen(8, shardCount: 1);

        Assert.Equal((8, hasExtras ? 9 : 0), (longer.Length, longer.Extras.Length));
        Assert.Equal([1, 3, 4], FindAll(longer));
        Assert.True(longer.TryTake(out int again) && longer.TryTake(out int fresh) && (again, fresh) == (2, 5));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Shorten_UsedSlots_MoveToTheFront(bool hasExtras)
    {
        CacheTable<int, int> table = CreateFilled(8, hasExtras);
        foreach (int gone in new[] { 1, 2, 4, 6, 7 })
        {
            Free(table, gone);
        }

        CacheTable<int, int> shorter = table.Shorten(4, shardCount: 1, out int[] moved);

        Assert.Equal([0, 0, 0, 1, 0, 2, 0, 0, 3], moved);
        Assert.Equal((4, hasExtras ? 5 : 0), (shorter.Length, shorter.Extras.Length));
        Assert.Equal([1, 2, 3], FindAll(shorter));
        Assert.Equal([3, 5, 8], new[] { 1, 2, 3 }.Select(index => shorter.Slots[index].Key));
        Assert.Equal(hasExtras ? [30, 50, 80] : [], hasExtras ? new[] { 1, 2, 3 }.Select(index => shorter.Extras[index].Weight) : []);
        Assert.True(shorter.TryTake(out int fresh) && fresh == 4);
        Assert.False(shorter.TryTake(out _));
    }

    [Fact]
    public void StringHash_AnyCharacterOrLengthChanged_IsAnother()
    {
        for (int length = 1; length <= 40; length++)
        {
            char[] text = new char[length];
            uint hash = StringHash.Compute(text);
            Assert.NotEqual(StringHash.Compute(text.AsSpan(1)), hash);
            for (int i = 0; i < length; i++)
            {
                text[i] = 'x';
                Assert.NotEqual(hash, StringHash.Compute(text));
                text[i] = '\0';
            }

            Assert.Equal(hash, StringHash.Compute(text));
            // What lies around it does not count.
            Assert.Equal(hash, StringHash.Compute($"y{new string(text)}z".AsSpan(1, length)));
        }
    }

    [Fact]
    public void CacheSlot_Marked_CountsToThree()
    {
        CacheSlot<int, int> slot = default;
        Assert.Equal([1, 2, 3, 3], Enumerable.Range(0, 4).Select(_ =>
        {
            slot.Mark();
            return (int)slot.Frequency;
        }));
        Assert.False(slot.IsUnchanged(0));
        slot.EndChange();
        Assert.True(slot.IsUnchanged(1));
        slot.BeginChange();
        Assert.False(slot.IsUnchanged(1) || slot.IsUnchanged(2));
    }

    private static CacheTable<int, int> CreateFilled(int length, bool hasExtras)
    {
        CacheTable<int, int> table = new(length, shardCount: 1, hasExtras);
        while (table.TryTake(out int index))
        {
            ref CacheSlot<int, int> slot = ref table.GetSlot(index);
            slot.Key = index;
            slot.Hash = (uint)index << 28;
            slot.EndChange();
            if (hasExtras)
            {
                table.Extras[index].Weight = 10 * index;
            }
        }

        return table;
    }

    private static void Free(CacheTable<int, int> table, int index)
    {
        table.Slots[index].BeginChange();
        table.Return(index);
    }

    private static IEnumerable<int> FindAll(CacheTable<int, int> table)
    {
        List<int> found = [];
        for (ulong hash = 0; hash <= uint.MaxValue; hash = table.GetNextBucketHash((uint)hash))
        {
            for (int index = table.GetBucket((uint)hash); index != 0; index = table.Slots[index].Next)
            {
                Assert.True(table.ShareBucket(table.Slots[index].Hash, (uint)hash));
                found.Add(index);
            }
        }

        return found.Order();
    }
}
