namespace MemGuard.Bounded.Tests.Registry;

public sealed class BoundedStructuresArgumentsTests
{
    private static readonly List<int> Owner = [1];

    public static TheoryData<string, Action> Null => new()
    {
        { "name", static () => BoundedStructures.Watch(null!, Owner, static list => list.Count) },
        { "owner", static () => BoundedStructures.Watch<List<int>>("nobody", null!, static list => list.Count) },
        { "count", static () => BoundedStructures.Watch("nobody", Owner, null!) },
        { "source", static () => BoundedStructures.SetPressure(null!, 0.5) },
        { "source", static () => BoundedStructures.ClearPressure(null!) },
    };

    [Theory]
    [MemberData(nameof(Null))]
    public void AnyMethod_NullArgument_NamesItAndListsNothing(string parameter, Action call)
    {
        Assert.Equal(parameter, Assert.Throws<ArgumentNullException>(call).ParamName);
        Assert.DoesNotContain(BoundedStructures.GetUsage(), static usage => usage.Name == "nobody");
    }

    [Fact]
    public void Watch_EmptyName_IsRefused()
    {
        Assert.Equal("name", Assert.Throws<ArgumentException>(static () => BoundedStructures.Watch("", Owner, static list => list.Count)).ParamName);
    }

    [Theory]
    [InlineData(-0.001)]
    [InlineData(1.001)]
    [InlineData(double.NaN)]
    public void SetPressure_OutOfRange_SaysTheRange(double ratio)
    {
        ArgumentOutOfRangeException refused = Assert.Throws<ArgumentOutOfRangeException>(() => BoundedStructures.SetPressure(this, ratio));

        Assert.Equal("ratio", refused.ParamName);
        Assert.StartsWith("The ratio must be between 0 and 1.", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void SetPressure_NoneAtAll_IsWithinTheRange()
    {
        BoundedStructures.SetPressure(this, 0);
        BoundedStructures.ClearPressure(this);
        BoundedStructures.ClearPressure(this);
    }

    [Fact]
    public void Watch_OneOwnerUnderTwoNames_IsListedUnderBoth()
    {
        string name = $"watched-{Guid.NewGuid()}";
        List<int> owner = [1, 2];
        BoundedStructures.Watch(name, owner, static list => list.Count);
        BoundedStructures.Watch($"{name}-again", owner, static list => 10 * list.Count);

        BoundedStructureUsage[] listed = [.. BoundedStructures.GetUsage().Where(usage => usage.Name.StartsWith(name, StringComparison.Ordinal)).OrderBy(static usage => usage.Count)];

        Assert.Equal(
            [
                new BoundedStructureUsage { Name = name, Kind = StructureKind.Watched, Count = 2 },
                new BoundedStructureUsage { Name = $"{name}-again", Kind = StructureKind.Watched, Count = 20 },
            ],
            listed);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void TotalContainedFailures_CountThatThrows_IsOneMore()
    {
        string name = $"throws-{Guid.NewGuid()}";
        List<int> owner = [1];
        BoundedStructures.Watch(name, owner, static long (_) => throw new InvalidDataException());
        long before = BoundedStructures.TotalContainedFailures;

        BoundedStructures.GetUsage();

        Assert.InRange(BoundedStructures.TotalContainedFailures, before + 1, long.MaxValue);
        GC.KeepAlive(owner);
    }

    [Fact]
    public void Unregister_OneOfTwoOfAName_LeavesTheOther()
    {
        string name = $"pair-{Guid.NewGuid()}";
        BoundedQueue<int> first = new(new() { Name = name, Capacity = 1 });
        BoundedQueue<int> second = new(new() { Name = name, Capacity = 2 });
        Assert.Equal([1L, 2L], BoundedStructures.GetUsage().Where(usage => usage.Name == name).Select(static usage => usage.Capacity!.Value));

        first.Dispose();

        Assert.Equal(2, Assert.Single(BoundedStructures.GetUsage(), usage => usage.Name == name).Capacity);
        second.Dispose();
        Assert.DoesNotContain(BoundedStructures.GetUsage(), usage => usage.Name == name);
    }

    [Fact]
    public void Register_SixtyFourOfAName_ListsNoMoreUntilOneHasGone()
    {
        string name = $"many-{Guid.NewGuid()}";
        List<BoundedQueue<int>> queues = [.. Enumerable.Range(0, 64).Select(_ => new BoundedQueue<int>(new() { Name = name, Capacity = 1 }))];
        BoundedQueue<int> beyond = new(new() { Name = name, Capacity = 2 });
        Assert.Equal(64, Listed().Length);
        Assert.DoesNotContain(Listed(), static usage => usage.Capacity == 2);

        queues[0].Dispose();
        BoundedQueue<int> next = new(new() { Name = name, Capacity = 3 });

        Assert.Equal(64, Listed().Length);
        Assert.Single(Listed(), static usage => usage.Capacity == 3);
        next.Dispose();
        beyond.Dispose();
        queues.ForEach(static queue => queue.Dispose());
        Assert.Empty(Listed());

        BoundedStructureUsage[] Listed() => [.. BoundedStructures.GetUsage().Where(usage => usage.Name == name)];
    }

    [Fact]
    public void Groups_MoreNamesThanAnybodyReads_TheRestShareOne()
    {
        List<string> created = [];
        string prefix = $"{Guid.NewGuid()}";
        StructureGroups<Group> groups = new(
            name =>
            {
                created.Add(name);
                return new Group(name);
            },
            $"{prefix} rest");

        Group[] known = [.. Enumerable.Range(0, 128).Select(i => groups.Get($"{prefix} {i}"))];
        Group rest = groups.Get($"{prefix} 128");

        Assert.Equal(129, created.Count);
        Assert.Equal(($"{prefix} 127", $"{prefix} rest"), (known[^1].Name, rest.Name));
        Assert.Same(rest, groups.Get($"{prefix} 129"));
        Assert.Same(known[5], groups.Get($"{prefix} 5"));
        GC.KeepAlive(groups);
    }

    private sealed class Group(string name) : IBoundedStructure
    {
        public string Name => name;

        public BoundedStructureUsage GetUsage() => new() { Name = name, Kind = StructureKind.Batch, Count = 0 };
    }
}
