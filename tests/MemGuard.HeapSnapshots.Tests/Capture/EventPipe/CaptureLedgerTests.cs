using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>Whatever is lost is said: a heap with a hole would name the wrong holder.</summary>
public sealed class CaptureLedgerTests
{
    private const ulong Walker = 7;
    private const ulong Bystander = 8;

    private readonly CaptureLedger _ledger = new();

    [Fact]
    public void FindLoss_EverythingArrived_IsNone()
    {
        Walk();

        Assert.Null(_ledger.FindLoss(nodes: 3, edges: 5));
    }

    [Fact]
    public void FindLoss_NoObjects_SaysSo() => Assert.Equal("the stream contains no objects", _ledger.FindLoss(nodes: 0, edges: 0));

    [Fact]
    public void FindLoss_FewerReferencesThanAnnounced_SaysHowMany()
    {
        Walk();

        Assert.Equal("parts of the stream were lost: 3 objects arrived that announce 5 references, and 4 references", _ledger.FindLoss(nodes: 3, edges: 4));
    }

    [Theory]
    [InlineData(1, 1, 0)]
    [InlineData(2, 0, 0)]
    [InlineData(2, 1, 1)]
    public void FindLoss_OnlyOtherCollections_IsNotTheWalksOwn(uint generation, uint reason, uint type)
    {
        _ledger.OnGCStart(generation, reason, type);
        _ledger.OnNodes(Walker, 0);
        _ledger.OnGCEnd();

        Assert.Equal("the stream contains 0 induced full collections instead of one", _ledger.FindLoss(nodes: 1, edges: 0));
    }

    // Somebody called GC.Collect meanwhile: objects moved between two walks.
    [Fact]
    public void FindLoss_TwoInducedCollections_SaysSo()
    {
        Walk();
        _ledger.OnGCStart(2, 1, 0);

        Assert.Equal("the stream contains 2 induced full collections instead of one", _ledger.FindLoss(nodes: 3, edges: 5));
    }

    [Fact]
    public void FindLoss_CollectionWithoutEnd_SaysSo()
    {
        _ledger.OnGCStart(2, 1, 0);
        _ledger.OnNodes(Walker, 0);

        Assert.NotNull(_ledger.FindLoss(nodes: 1, edges: 0));
    }

    [Fact]
    public void FindLoss_PartOfTheObjectsMissing_SaysSo()
    {
        Walk();
        _ledger.OnNodes(Walker, 3);

        Assert.Equal("numbered parts of the stream are missing", _ledger.FindLoss(nodes: 3, edges: 5));
    }

    [Fact]
    public void FindLoss_PartOfTheReferencesMissing_SaysSo()
    {
        Walk();
        _ledger.OnEdges(3);

        Assert.Equal("numbered parts of the stream are missing", _ledger.FindLoss(nodes: 3, edges: 5));
    }

    [Fact]
    public void FindLoss_FirstPartMissing_SaysSo()
    {
        _ledger.OnGCStart(2, 1, 0);
        _ledger.OnNodes(Walker, 1);
        _ledger.OnGCEnd();

        Assert.Equal("numbered parts of the stream are missing", _ledger.FindLoss(nodes: 1, edges: 0));
    }

    [Fact]
    public void FindLoss_WalkersEventMissing_SaysSo()
    {
        _ledger.OnEvent(Walker, 1);
        _ledger.OnEvent(Walker, 3);
        Walk();

        Assert.Equal("events of the walking thread were dropped", _ledger.FindLoss(nodes: 3, edges: 5));
    }

    [Fact]
    public void FindLoss_BystandersEventMissing_DoesNotMatter()
    {
        _ledger.OnEvent(Bystander, 1);
        _ledger.OnEvent(Bystander, 9);
        _ledger.OnSequencePoint(Bystander, 12);
        Walk();

        Assert.Null(_ledger.FindLoss(nodes: 3, edges: 5));
    }

    // The tail of the stream is lost without a gap: only the writer knows how far it had counted.
    [Theory]
    [InlineData(2, false)]
    [InlineData(3, true)]
    public void FindLoss_WriterCountedFurther_SaysSo(uint sequence, bool isLost)
    {
        _ledger.OnEvent(Walker, 1);
        _ledger.OnEvent(Walker, 2);
        Walk();
        _ledger.OnSequencePoint(Walker, sequence);

        Assert.Equal(isLost, _ledger.FindLoss(nodes: 3, edges: 5) is not null);
    }

    [Fact]
    public void FindLoss_NumberedPartOfTheReferencesSkipped_SaysSo()
    {
        Walk();
        _ledger.OnEdges(3);

        Assert.Equal("numbered parts of the stream are missing", _ledger.FindLoss(nodes: 3, edges: 5));
    }

    private void Walk()
    {
        _ledger.OnGCStart(2, 1, 0);
        _ledger.OnNodes(Walker, 0);
        _ledger.OnNodes(Walker, 1);
        _ledger.OnAnnouncedEdges(2);
        _ledger.OnAnnouncedEdges(3);
        _ledger.OnEdges(0);
        _ledger.OnEdges(1);
        _ledger.OnGCEnd();
    }
}
