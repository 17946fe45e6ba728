namespace MemGuard.Bounded.Tests.Common;

public sealed class NodeListTests
{
    private readonly NodeList<Node> _list = new();

    [Theory]
    [InlineData(0, "1 2")]
    [InlineData(1, "0 2")]
    [InlineData(2, "0 1")]
    public void Remove_AnyOfThree_LeavesTheOthersInOrderAndTakesIn(int gone, string left)
    {
        Node[] nodes = [new(0), new(1), new(2)];
        Array.ForEach(nodes, _list.Append);

        _list.Remove(nodes[gone]);

        Assert.Equal(left, Walk());
        Assert.Equal(2, _list.Count);
        Assert.Equal((null, null, null), (nodes[gone].List, nodes[gone].Next, nodes[gone].Previous));
        _list.Append(nodes[gone]);
        Assert.Equal($"{left} {gone}", Walk());
    }

    [Fact]
    public void Remove_TheOnlyOne_LeavesAnEmptyListThatTakesAnother()
    {
        Node node = new(1);
        Assert.Null(_list.First);
        _list.Append(node);
        Assert.Same(_list, node.List);
        _list.Remove(node);

        Assert.Null(_list.First);
        Assert.Equal(0, _list.Count);
        _list.Append(new Node(2));
        Assert.Equal("2", Walk());
    }

    private string Walk()
    {
        List<int> numbers = [];
        Node? previous = null;
        for (Node? node = _list.First; node is not null; node = node.Next)
        {
            Assert.Same(previous, node.Previous);
            numbers.Add(node.Number);
            previous = node;
        }

        return string.Join(' ', numbers);
    }

    private sealed class Node(int number) : ListNode<Node>
    {
        public int Number => number;
    }
}
