using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Which snapshots may be compared.</summary>
public sealed class SnapshotDataTests
{
    [Theory]
    [InlineData("fork", "fork", true)]
    [InlineData("event pipe", "event pipe, because memory ran short", true)]
    [InlineData(null, "event pipe", true)]
    [InlineData("event pipe", "fork", false)]
    [InlineData("fork", "event pipe, because memory ran short", false)]
    public void IsComparableWith_AnotherWayOfCapturing_IsNot(string? before, string? now, bool expected) =>
        Assert.Equal(expected, Of(now).IsComparableWith(Of(before)));

    [Fact]
    public void IsComparableWith_Incomplete_IsNot()
    {
        SnapshotData incomplete = Of("fork") with { IncompleteBecause = "objects are missing" };

        Assert.False(incomplete.IsComparableWith(Of("fork")));
        Assert.False(Of("fork").IsComparableWith(incomplete));
    }

    private static SnapshotData Of(string? way) => ExampleSnapshot.Of(1) with { CapturedBy = way };
}
