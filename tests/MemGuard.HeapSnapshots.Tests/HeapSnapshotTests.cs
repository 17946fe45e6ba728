using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests;

public sealed class HeapSnapshotTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.Combine("heap.memguard");

    [Fact]
    public void Open_SavedFile_IsTheSameSnapshot()
    {
        using HeapSnapshot saved = new(Example(1));
        saved.Save(FilePath);

        using HeapSnapshot opened = HeapSnapshot.Open(FilePath);

        Assert.Equal(Report(saved, HeapReportFormat.Json), Report(opened, HeapReportFormat.Json));
        Assert.Equal(10 << 20, opened.DiffFrom(new HeapSnapshot(Example(0))).GrowthBytes);
    }

    [Fact]
    public void Open_CutAnywhere_SaysThatItIsCutShort()
    {
        using HeapSnapshot saved = new(Example(1));
        saved.Save(FilePath);
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(FilePath, whole[..length]);

            InvalidDataException error = Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath));

            Assert.Contains(length < 16 ? "not a MemGuard snapshot" : "cut short", error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Open_AnyBitFlipped_IsAClearError()
    {
        using HeapSnapshot saved = new(Example(1));
        saved.Save(FilePath);
        byte[] whole = File.ReadAllBytes(FilePath);
        for (int position = 0; position < whole.Length; position++)
        {
            byte[] damaged = [.. whole];
            damaged[position] ^= 0x10;
            File.WriteAllBytes(FilePath, damaged);

            InvalidDataException error = Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath));

            Assert.Contains(FilePath, error.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Save_ExistingFile_IsRefused()
    {
        File.WriteAllText(FilePath, "precious");
        using HeapSnapshot snapshot = new(Example(1));

        Assert.ThrowsAny<IOException>(() => snapshot.Save(FilePath));
        Assert.Equal("precious", File.ReadAllText(FilePath));
    }

    [Fact]
    public void DiffFrom_OnePathGrew_NamesItAloneWithItsShare()
    {
        HeapSnapshotDiff diff = new HeapSnapshot(Example(3)).DiffFrom(new HeapSnapshot(Example(1)));

        HeapGrowth growth = Assert.Single(diff.Growth);
        Assert.Equal("static A._cache → List<B>", growth.Place.Name);
        Assert.Equal(20 << 20, growth.GrowthBytes);
        Assert.Equal(1.0, growth.ShareRatio);
    }

    [Fact]
    public void DiffFrom_WithSnapshotsBetween_SaysWhatGrewInEveryInterval()
    {
        HeapSnapshot[] all = [.. new[] { 1, 2, 3 }.Select(static megabytes => new HeapSnapshot(Example(megabytes)))];

        Assert.True(all[2].DiffFrom(all[0], all[1]).Growth[0].GrewInEveryInterval);
        Assert.False(all[2].DiffFrom(all[0], all[0]).Growth[0].GrewInEveryInterval);
    }

    [Fact]
    public void DiffFrom_Incomplete_IsRefused()
    {
        using HeapSnapshot incomplete = new(Example(1) with { IncompleteBecause = "half is missing" });

        Assert.Throws<InvalidOperationException>(() => incomplete.DiffFrom(new HeapSnapshot(Example(1))));
    }

    [Theory]
    [InlineData(HeapReportFormat.Text)]
    [InlineData(HeapReportFormat.Markdown)]
    [InlineData(HeapReportFormat.Json)]
    public void WriteReport_EveryFormat_HasPlaceGrowthAndTypes(HeapReportFormat format)
    {
        using HeapSnapshot snapshot = new(Example(2));

        string report = Report(snapshot, format);

        Assert.Contains("static A._cache", report, StringComparison.Ordinal);
        Assert.Contains("10485760", report.Replace("10 MB", "10485760", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public void Dispose_ThenUse_Throws()
    {
        HeapSnapshot snapshot = new(Example(1));
        snapshot.Dispose();

        Assert.Throws<ObjectDisposedException>(() => snapshot.ObjectCount);
    }

    public void Dispose() => _directory.Dispose();

    private static string Report(HeapSnapshot snapshot, HeapReportFormat format)
    {
        using StringWriter writer = new();
        snapshot.WriteReport(writer, format, snapshot.DiffFrom(new HeapSnapshot(Example(1))));
        return writer.ToString();
    }

    private static SnapshotData Example(int tens) => ExampleSnapshot.Of(tens);
}
