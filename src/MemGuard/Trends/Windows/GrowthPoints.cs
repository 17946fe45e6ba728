namespace MemGuard.Trends;

/// <summary>Space on the caller's stack for the points of one ring, column by column, oldest first.</summary>
internal readonly ref struct GrowthPoints(Span<double> storage)
{
    public const int Columns = 6;

    private readonly Span<double> _storage = storage;

    public Span<double> Times => Column(0);

    public Span<double> Floors => Column(1);

    public Span<double> Loads => Column(2);

    public Span<double> Witnesses => Column(3);

    public Span<double> Managed => Column(4);

    public Span<double> Collections => Column(5);

    private Span<double> Column(int column) => _storage.Slice(column * BucketRing.Capacity, BucketRing.Capacity);
}
