using MemGuard.HeapSnapshots.Analysis;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Each tree is drawn as the finder sees it: an entry a line, two spaces deeper than the one above; name, number of objects, weight.</summary>
public sealed class AccumulationFinderTests
{
    private readonly List<PathNode> _nodes = [];

    [Fact]
    public void Find_NothingThere_IsNothing() => Assert.Empty(new AccumulationFinder([], [], []).Find(1));

    [Fact]
    public void Find_CollectionWithManyEntries_IsTheCollectionsArray() =>
        Assert.Equal(["User[]"], Find(
            """
            *roots 1 1000
              *statics 1 1000
                *_cache 1 1000
                  Dictionary 1 990
                    User[] 1 980
                      User 500 900
            """));

    [Fact]
    public void Find_LightPlaces_AreLeftOut() =>
        Assert.Equal(["Big[]"], Find(
            """
            *roots 1 1000
              *statics 1 1000
                *_big 1 900
                  Big[] 1 900
                    Big 100 800
                *_small 1 99
                  Small[] 1 99
                    Small 100 90
            """));

    [Fact]
    public void Find_SeveralPlaces_AreSortedByWeight() =>
        Assert.Equal(["Second[]", "Third[]", "First[]"], Find(
            """
            *roots 1 1000
              *statics 1 700
                *_first 1 150
                  First[] 1 150
                    First 100 100
                *_second 1 500
                  Second[] 1 500
                    Second 100 400
              *stack 1 300
                Third[] 1 300
                  Third 100 200
            """));

    // Singletons of one container: each may be the leak.
    [Fact]
    public void Find_OwnerOfSeveralHeavyThings_IsEachOfThem() =>
        Assert.Equal(["Orders[]", "Prices[]"], Find(
            """
            *roots 1 1000
              *handles 1 1000
                Container 1 1000
                  Orders 1 500
                    Orders[] 1 490
                      Order 100 400
                  Prices 1 400
                    Prices[] 1 390
                      Price 100 300
            """));

    // What two structures of one owner share belongs to the owner, beside what one of them has alone.
    [Fact]
    public void Find_CrowdBesideAStructure_IsBoth() =>
        Assert.Equal(["Tracker", "Notes[]"], Find(
            """
            *roots 1 1000
              *statics 1 1000
                *_tracker 1 1000
                  Tracker 1 1000
                    Notes 1 350
                      Notes[] 1 340
                        Note 100 300
                    Entity 100 600
            """));

    // One heavy thing beside small change is the way down.
    [Fact]
    public void Find_OneChildHoldsMost_IsBelowIt() =>
        Assert.Equal(["Orders[]"], Find(
            """
            *roots 1 1000
              *handles 1 1000
                Container 1 1000
                  Orders 1 700
                    Orders[] 1 690
                      Order 100 600
                  Prices 1 200
                    Prices[] 1 190
                      Price 100 100
            """));

    // Memory in the object itself, as of one large array.
    [Fact]
    public void Find_NothingBelow_IsTheObject() =>
        Assert.Equal(["byte[]"], Find(
            """
            *roots 1 1000
              *statics 1 1000
                *_buffer 1 1000
                  Buffer 1 1000
                    byte[] 1 990
            """));

    // Timers, which the runtime's roots hold one by one: no collection holds them.
    [Fact]
    public void Find_ManyObjectsRightBelowTheRoots_AreThePlace() =>
        Assert.Equal(["Timer"], Find(
            """
            *roots 1 1000
              *handles 1 1000
                Timer 8 1000
                  State 8 800
            """));

    [Fact]
    public void Find_SevenObjectsRightBelowTheRoots_AreNotMany() =>
        Assert.Equal(["State"], Find(
            """
            *roots 1 1000
              *handles 1 1000
                Timer 7 1000
                  State 7 800
            """));

    // Eight times as many as the objects that hold them: memory spreads there.
    [Theory]
    [InlineData(7, "Row")]
    [InlineData(8, "Table")]
    public void Find_ChildrenOfOne_SpreadFromEightOn(int rows, string expected) =>
        Assert.Equal([expected], Find(
            $"""
            *roots 1 1000
              *statics 1 1000
                *_table 1 1000
                  Table 1 1000
                    Row {rows} 900
            """));

    // A group of rows is many compared with its own table only.
    [Fact]
    public void Find_ThreeTables_SpreadInTheirRowsTogether() =>
        Assert.Equal(["Table"], Find(
            """
            *roots 1 1000
              *statics 1 1000
                *_tables 1 1000
                  Tables 1 1000
                    Table 3 990
                      Row 30 900
            """));

    [Fact]
    public void Find_MoreThanTwentyPlaces_AreTheTwentyHeaviest()
    {
        string tree = "*roots 1 100000\n  *statics 1 100000\n" + string.Concat(Enumerable.Range(1, 30).Select(static i => $"    *_f{i} 1 {1000 + i}\n      A{i} 1 {1000 + i}\n"));

        Assert.Equal(Enumerable.Range(11, 20).Reverse().Select(static i => $"A{i}"), Find(tree));
    }

    [Theory]
    [InlineData(100, 1)]
    [InlineData(99, 0)]
    public void Find_PlaceOfTheSmallestWeight_IsOne(int weight, int expected) =>
        Assert.Equal(expected, Find($"*roots 1 1000\n  *statics 1 1000\n    *_list 1 {weight}\n      List 1 {weight}").Count());

    // With growth as the weight a place may have shrunk.
    [Fact]
    public void Find_ShrunkPlace_IsNone() =>
        Assert.Equal(["Grown"], Find(
            """
            *roots 1 300
              *statics 1 300
                *_shrunk 1 -500
                  Shrunk 1 -500
                *_grown 1 800
                  Grown 1 800
            """));

    private IEnumerable<string> Find(string tree)
    {
        List<long> weights = [];
        List<long> counts = [];
        List<int> above = [];
        foreach (string line in tree.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] words = line.TrimEnd('\r').Trim().Split(' ');
            int depth = (line.Length - line.TrimStart().Length) / 2;
            int parent = depth == 0 ? -1 : above[depth - 1];
            above.RemoveRange(depth, above.Count - depth);
            above.Add(_nodes.Count);
            counts.Add(long.Parse(words[1]));
            weights.Add(long.Parse(words[2]));
            _nodes.Add(new PathNode { Parent = parent, Label = words[0], Count = counts[^1], TopCount = counts[^1], RetainedBytes = weights[^1], IsVirtual = words[0][0] == '*' });
        }

        return new AccumulationFinder(_nodes, weights, counts).Find(100).Select(place => _nodes[place].Label);
    }
}
