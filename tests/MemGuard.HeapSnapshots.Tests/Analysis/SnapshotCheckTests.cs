using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Trends;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>One thing that makes no sense in a snapshot that otherwise does.</summary>
public sealed class SnapshotCheckTests
{
    private const long TooMany = (1L << 60) + 1;

    private static readonly SnapshotData Good = ExampleSnapshot.Of(1) with
    {
        Native = [new NativeCount { Name = "Socket", Kind = NativeKind.Finalizable, Count = 3 }],
        StaticCount = 5,
        NamedStaticCount = 5,
    };

    [Fact]
    public void FindNonsense_Snapshot_HasNone() => Assert.Null(SnapshotCheck.FindNonsense(Good));

    public static TheoryData<string, Func<object>> Missing => new()
    {
        { "reason", static () => Good with { Reason = null! } },
        { "application", static () => Good with { Application = null! } },
        { "types", static () => Good with { Types = null! } },
        { "native", static () => Good with { Native = null! } },
        { "places", static () => Good with { Places = null! } },
        { "paths", static () => Good with { Paths = null! } },
    };

    [Theory]
    [MemberData(nameof(Missing))]
    public void FindNonsense_PartIsMissing_SaysSo(string part, Func<object> data)
    {
        Assert.Equal((part, "a part of it is missing"), (part, Find(data)));
    }

    public static TheoryData<string, Func<object>> Totals => new()
    {
        { "objects", static () => Good with { ObjectCount = -1 } },
        { "bytes", static () => Good with { TotalBytes = TooMany } },
        { "own bytes", static () => Good with { OwnBytes = -1 } },
        { "own bytes of more than all", static () => Good with { OwnBytes = Good.TotalBytes + 1 } },
        { "statics", static () => Good with { StaticCount = -1, NamedStaticCount = -2 } },
        { "named statics", static () => Good with { NamedStaticCount = -1 } },
        { "named statics of more than all", static () => Good with { NamedStaticCount = 6 } },
        { "pause", static () => Good with { Pause = TimeSpan.FromTicks(-1) } },
        { "analysis", static () => Good with { AnalysisTime = TimeSpan.FromTicks(-1) } },
    };

    [Theory]
    [MemberData(nameof(Totals))]
    public void FindNonsense_TotalOutOfRange_SaysSo(string total, Func<object> data)
    {
        Assert.Equal((total, "a total is out of range"), (total, Find(data)));
    }

    [Fact]
    public void FindNonsense_OwnBytesAreAll_IsNone() => Assert.Null(SnapshotCheck.FindNonsense(Good with { OwnBytes = Good.TotalBytes }));

    [Theory]
    [InlineData(null, 1, 1)]
    [InlineData("B", -1, 1)]
    [InlineData("B", 1, -1)]
    [InlineData("B", 1, TooMany)]
    public void FindNonsense_Type_IsNamedByItsPosition(string? name, long count, long bytes) =>
        Assert.Equal("its type 1 makes no sense", SnapshotCheck.FindNonsense(Good with { Types = [.. Good.Types, new HeapTypeUsage { TypeName = name!, Count = count, TotalBytes = bytes }] }));

    [Theory]
    [InlineData(null, 1, 0)]
    [InlineData("B", -1, 0)]
    [InlineData("B", 1, 99)]
    public void FindNonsense_Count_IsNamedByItsPosition(string? name, long count, int kind) =>
        Assert.Equal("its count 1 makes no sense", SnapshotCheck.FindNonsense(Good with { Native = [.. Good.Native, new NativeCount { Name = name!, Kind = (NativeKind)kind, Count = count }] }));

    [Fact]
    public void FindNonsense_CountOfWhatWasOpened_IsNamedByItsPosition() =>
        Assert.Equal("its count 0 makes no sense", SnapshotCheck.FindNonsense(Good with { Native = [Good.Native[0] with { OpenedCount = -1 }] }));

    public static TheoryData<string, Func<object>> Places => new()
    {
        { "name", static () => Of(Good.Places[0] with { Name = null! }) },
        { "type", static () => Of(Good.Places[0] with { TypeName = null! }) },
        { "unit", static () => Of(Good.Places[0] with { CountUnit = null! }) },
        { "fingerprint", static () => Of(Good.Places[0] with { Fingerprint = null! }) },
        { "chain", static () => Of(Good.Places[0] with { Chain = null! }) },
        { "links", static () => Of(Good.Places[0] with { Chain = new RetainerChain { Links = null! } }) },
        { "kind", static () => Of(Good.Places[0] with { HolderKind = (HolderKind)99 }) },
        { "bytes", static () => Of(Good.Places[0] with { RetainedBytes = -1 }) },
        { "count", static () => Of(Good.Places[0] with { Count = -1 }) },
        { "share below zero", static () => Of(Good.Places[0] with { ShareRatio = -0.1 }) },
        { "share beyond all", static () => Of(Good.Places[0] with { ShareRatio = 1e7 }) },
        { "share that is none", static () => Of(Good.Places[0] with { ShareRatio = double.NaN }) },
        { "link", static () => Of(Good.Places[0] with { Chain = new RetainerChain { Links = [new RetainerLink { TypeName = "A" }, null!] } }) },
        { "type of a link", static () => Of(Good.Places[0] with { Chain = new RetainerChain { Links = [new RetainerLink { TypeName = null! }] } }) },
        { "repeats of a link", static () => Of(Good.Places[0] with { Chain = new RetainerChain { Links = [new RetainerLink { TypeName = "A", RepeatCount = 0 }] } }) },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void FindNonsense_LeakSuspect_IsNamedByItsPosition(string part, Func<object> data)
    {
        Assert.Equal((part, "its leak suspect 1 makes no sense"), (part, Find(data)));
    }

    public static TheoryData<string, Func<object>> Paths => new()
    {
        { "label", static () => Below(Good.Paths[6] with { Label = null! }) },
        { "above itself", static () => Below(Good.Paths[6] with { Parent = 7 }) },
        { "a second root", static () => Below(Good.Paths[6] with { Parent = -1 }) },
        { "sizes", static () => Below(Good.Paths[6] with { Sizes = [1, -1] }) },
        { "place below none", static () => Below(Good.Paths[6] with { Place = -2 }) },
        { "place of no suspect", static () => Below(Good.Paths[6] with { Place = 1 }) },
        { "count", static () => Below(Good.Paths[6] with { Count = -1 }) },
        { "top count", static () => Below(Good.Paths[6] with { TopCount = -1 }) },
        { "bytes", static () => Below(Good.Paths[6] with { RetainedBytes = -1 }) },
    };

    [Theory]
    [MemberData(nameof(Paths))]
    public void FindNonsense_Path_IsNamedByItsPosition(string part, Func<object> data)
    {
        Assert.Equal((part, "its path 7 makes no sense"), (part, Find(data)));
    }

    [Fact]
    public void FindNonsense_FirstPathIsNoRoot_SaysSo() =>
        Assert.Equal("its path 0 makes no sense", SnapshotCheck.FindNonsense(Good with { Paths = [Good.Paths[0] with { Parent = 0 }] }));

    [Fact]
    public void FindNonsense_PathBelowTheOneBefore_IsNone() => Assert.Null(Find(static () => Below(Good.Paths[6] with { Parent = 6, Sizes = [0, 1], Place = 0 })));

    private static SnapshotData Of(HeapDominator second) => Good with { Places = [Good.Places[0], second] };

    private static SnapshotData Below(PathNode last) => Good with { Paths = [.. Good.Paths, last] };

    private static string? Find(Func<object> data) => SnapshotCheck.FindNonsense((SnapshotData)data());
}
