namespace MemGuard.Bounded.Tests.Caching;

public sealed class CacheListTests
{
    private readonly CacheLink[] _links = new CacheLink[10];
    private CacheList _list;

    [Theory]
    [InlineData(1, "2 3")]
    [InlineData(2, "1 3")]
    [InlineData(3, "1 2")]
    public void Remove_AnyOfThree_LeavesTheOthersInOrderAndTakesItAgain(int gone, string left)
    {
        _list.AddNewest(_links, 1);
        _list.AddNewest(_links, 2);
        _list.AddNewest(_links, 3);
        Assert.Equal("1 2 3", Walk());

        _list.Remove(_links, gone);
        Assert.Equal((left, 2), (Walk(), _list.Count));
        _list.AddNewest(_links, gone);

        Assert.Equal(($"{left} {gone}", gone), (Walk(), _list.Newest));
    }

    [Fact]
    public void Remove_OneAfterTheOther_EndsEmpty()
    {
        _list.AddNewest(_links, 4);
        _list.AddNewest(_links, 5);
        _list.Remove(_links, 5);
        Assert.Equal((4, 4, 1), (_list.Oldest, _list.Newest, _list.Count));
        _list.Remove(_links, 4);

        Assert.Equal((0, 0, 0), (_list.Oldest, _list.Newest, _list.Count));
        _list.AddNewest(_links, 6);
        Assert.Equal("6", Walk());
    }

    private string Walk()
    {
        List<int> indices = [];
        for (int index = _list.Oldest; index != 0; index = _list.GetNewer(_links, index))
        {
            indices.Add(index);
        }

        return string.Join(' ', indices);
    }
}
