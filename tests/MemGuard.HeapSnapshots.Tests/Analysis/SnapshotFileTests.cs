using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;
using MemGuard.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Analysis;

/// <summary>Files from elsewhere: what is refused is refused with a reason and for little memory, and what is not can be used like any other.</summary>
public sealed class SnapshotFileTests : IDisposable
{
    // The content may be 16 MB; reading it takes its buffers and its values.
    private const long MostBytes = 128L << 20;

    private readonly TemporaryDirectory _directory = new();

    private string FilePath => _directory.Combine("heap.memguard");

    [Theory]
    [InlineData("bomb.memguard")]
    [InlineData("cyc.memguard")]
    public void Open_CaseThatHurtOnce_IsRefusedWithAReason(string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();

        InvalidDataException error = Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(Path.Combine(AppContext.BaseDirectory, "Data", "snapshots", name)));

        Assert.Contains("is damaged", error.Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    [Theory]
    [InlineData("""{"types":[null]}""")]
    [InlineData("""{"types":null}""")]
    [InlineData("""{"reason":null}""")]
    [InlineData("""{"places":[{"name":"x","retainedBytes":1,"count":1,"chain":null}]}""")]
    [InlineData("""{"places":[{"name":"x","retainedBytes":1,"count":1,"chain":{"links":[null]}}]}""")]
    [InlineData("""{"places":[{"name":"x","retainedBytes":-1,"count":1}]}""")]
    [InlineData("""{"paths":[{"parent":0,"label":"x","count":1,"topCount":1,"retainedBytes":1}]}""")]
    [InlineData("""{"paths":[{"parent":-1,"label":"x","count":1,"topCount":1,"retainedBytes":1},{"parent":2,"label":"x","count":1,"topCount":1,"retainedBytes":1}]}""")]
    [InlineData("""{"paths":[{"parent":-1,"label":"x","count":1,"topCount":1,"retainedBytes":1,"place":0}]}""")]
    [InlineData("""{"paths":[{"parent":-1,"label":null,"count":1,"topCount":1,"retainedBytes":1}]}""")]
    [InlineData("""{"totalBytes":-1}""")]
    [InlineData("""{"pause":"-00:00:01"}""")]
    [InlineData("null")]
    [InlineData("")]
    [InlineData("{")]
    public void Open_ContentWithoutSense_IsRefused(string json)
    {
        ExampleSnapshot.WriteFile(FilePath, json);

        Assert.Contains("is damaged", Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("""{"types":[""", """{"typeName":"","count":0,"totalBytes":0},""", 500_000)]
    [InlineData("""{"places":[""", """{"name":"","retainedBytes":0,"count":0},""", 400_000)]
    [InlineData("""{"reason":""", "aaaaaaaaaaaaaaaa", 4_000_000)]
    [InlineData("""{"x":[""", "0,", 8_000_000)]
    public void Open_FewBytesThatInflate_AreRefusedForLittleMemory(string begin, string part, int count)
    {
        ExampleSnapshot.WriteFile(FilePath, begin + (part.EndsWith(',') ? "" : "\"") + string.Concat(Enumerable.Repeat(part, count)));
        long before = GC.GetAllocatedBytesForCurrentThread();

        Assert.Throws<InvalidDataException>(() => HeapSnapshot.Open(FilePath));

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
    }

    [Fact]
    public void Open_NoFile_IsRefused()
    {
        Assert.ThrowsAny<Exception>(() => HeapSnapshot.Open("/dev/null"));
        Assert.ThrowsAny<IOException>(() => HeapSnapshot.Open(_directory.Combine("missing")));
    }

    // As large as the builder makes them, with the longest names in letters that take the most bytes.
    [Fact]
    public void Open_LargestSnapshotThatIsWritten_IsTheSame()
    {
        string name = new('語', VisibleText.MaxNameLength);
        RetainerLink[] links = [.. Enumerable.Repeat(new RetainerLink { TypeName = name, FieldName = name }, 41)];
        using HeapSnapshot saved = new(new SnapshotData
        {
            Types = [.. Enumerable.Repeat(new HeapTypeUsage { TypeName = name, Count = 1, TotalBytes = 1 }, 2000)],
            Places = [.. Enumerable.Repeat(new HeapDominator { Name = name + name, RetainedBytes = 1, Count = 1, TypeName = name, Chain = new RetainerChain { Links = links } }, 40)],
            Paths = [.. Enumerable.Range(0, 5000).Select(i => new PathNode { Parent = i - 1, Label = name, Count = 1, TopCount = 1, RetainedBytes = 1 })],
        });
        saved.Save(FilePath);

        using HeapSnapshot opened = HeapSnapshot.Open(FilePath);

        Assert.Equal(5000, opened.Data.Paths.Count);
        Assert.Equal(name, opened.Types[1999].TypeName);
        ExampleSnapshot.UseAll(opened);
    }

    // Few classes that hold one another by turns make a path as deep as the list is long.
    [Fact]
    public void DiffFrom_DeepPathOnASmallStack_Ends()
    {
        SnapshotData Deep(long bytes) => new()
        {
            TotalBytes = bytes,
            Paths = [.. Enumerable.Range(0, 5000).Select(i => new PathNode { Parent = i - 1, Label = $"T{i % 7}", Count = 1, TopCount = 1, RetainedBytes = bytes - i })],
        };
        Exception? failure = null;
        Thread thread = new(() => failure = Record.Exception(() => new HeapSnapshot(Deep(1 << 20)).DiffFrom(new HeapSnapshot(Deep(1 << 19)))), 128 << 10);
        thread.Start();
        thread.Join();

        Assert.Null(failure);
    }

    [Fact]
    public void Open_StructureMutated_IsRefusedOrCanBeUsed()
    {
        int rounds = SoakLength.IsLong ? 100_000 : 2000;
        string json = JsonSerializer.Serialize(ExampleSnapshot.Of(2), SnapshotJsonContext.Compact.SnapshotData);
        Random random = new(7);
        int opened = 0;
        for (int i = 0; i < rounds; i++)
        {
            string mutated = JsonMutation.Mutate(json, random);
            ExampleSnapshot.WriteFile(FilePath, mutated);
            long before = GC.GetAllocatedBytesForCurrentThread();
            HeapSnapshot? snapshot = null;
            Exception? refusal = Record.Exception(() => snapshot = HeapSnapshot.Open(FilePath));

            Assert.True(refusal is null or InvalidDataException, $"round {i}: {refusal}\n{mutated}");
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostBytes);
            if (snapshot is not null)
            {
                opened++;
                Exception? failure = Record.Exception(() => ExampleSnapshot.UseAll(snapshot));
                Assert.True(failure is null, $"round {i}: {failure}\n{mutated}");
            }
        }

        // Both kinds come up: else nothing is tried.
        Assert.InRange(opened, rounds / 20, rounds - (rounds / 20));
    }

    public void Dispose() => _directory.Dispose();
}
