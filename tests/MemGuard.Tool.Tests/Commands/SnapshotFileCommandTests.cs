using System.Text.Json;
using MemGuard.HeapSnapshots;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Commands;

/// <summary><c>memguard report</c>, <c>diff</c> and <c>export</c> of snapshots on disk.</summary>
public sealed class SnapshotFileCommandTests : IDisposable
{
    private readonly Folder _folder = new();
    private readonly string _snapshot;

    public SnapshotFileCommandTests()
    {
        _snapshot = _folder.Combine("heap.memguard");
        Save(_snapshot, 10 << 20);
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("r.md", "# ")]
    [InlineData("r.MD", "# ")]
    [InlineData("r.json", "{")]
    [InlineData("r.txt", "Heap ")]
    [InlineData("r", "Heap ")]
    public async Task Report_OutFile_HasTheFormOfItsName(string name, string beginning)
    {
        using Invocation report = await Invocation.RunAsync("report", _snapshot, "--out", _folder.Combine(name));

        Assert.Equal((0, ""), (report.Code, report.Output));
        string text = await File.ReadAllTextAsync(_folder.Combine(name));
        Assert.StartsWith(beginning, text, StringComparison.Ordinal);
        Assert.Contains("static Orders._all", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Report_OutFileAndJson_IsJsonWhateverItsName()
    {
        using Invocation report = await Invocation.RunAsync("report", _snapshot, "--json", "--out", _folder.Combine("r.md"));

        using JsonDocument json = JsonDocument.Parse(await File.ReadAllTextAsync(_folder.Combine("r.md")));
        Assert.Equal(JsonValueKind.Object, json.RootElement.ValueKind);
        Assert.Equal(0, report.Code);
    }

    [Theory]
    [InlineData("page.html")]
    [InlineData("page.HTM")]
    public async Task Report_APageOfASnapshot_IsRefusedWithTheFormsThatThereAre(string name)
    {
        using Invocation report = await Invocation.RunAsync("report", _snapshot, "--out", _folder.Combine(name));

        Assert.Equal(2, report.Code);
        Assert.Contains("a heap snapshot's report is written as .md, .json or .txt", report.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine(name)));
    }

    [Fact]
    public async Task Report_FolderOfASnapshot_IsThatSnapshots()
    {
        using Invocation report = await Invocation.RunAsync("report", _folder.Path);

        Assert.Equal(0, report.Code);
        Assert.Contains("static Orders._all", report.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("json", "{")]
    [InlineData("md", "# ")]
    [InlineData("text", "Heap ")]
    [InlineData("speedscope", "{")]
    public async Task Export_EachFormat_IsWritten(string format, string beginning)
    {
        using Invocation export = await Invocation.RunAsync("export", _snapshot, "--format", format, "--out", _folder.Combine("out"));

        Assert.Equal((0, $"memguard ▸ written: {_folder.Combine("out")}\n"), (export.Code, export.Error));
        Assert.StartsWith(beginning, await File.ReadAllTextAsync(_folder.Combine("out")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Export_SnapshotWithoutItsTree_SaysWhatIsMissing()
    {
        string bare = _folder.Combine("bare.memguard");
        using (HeapSnapshot snapshot = new(new SnapshotData { TotalBytes = 1, IncompleteBecause = "the stream was cut" }))
        {
            snapshot.Save(bare);
        }

        using Invocation export = await Invocation.RunAsync("export", bare, "--format", "heapsnapshot", "--out", _folder.Combine("out"));

        Assert.Equal(2, export.Code);
        Assert.StartsWith("memguard ▸ the snapshot cannot be exported: ", export.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.Combine("out")));
    }

    [Fact]
    public async Task Diff_TwoSnapshots_SaysWhatGrew()
    {
        string later = _folder.Combine("later.memguard");
        Save(later, 30 << 20);

        using Invocation text = await Invocation.RunAsync("diff", _snapshot, later);
        using Invocation json = await Invocation.RunAsync("diff", _snapshot, later, "--json");

        Assert.Equal((0, 0), (text.Code, json.Code));
        Assert.Contains("static Orders._all", text.Output, StringComparison.Ordinal);
        Assert.Contains("20 MB", text.Output, StringComparison.Ordinal);
        using JsonDocument document = JsonDocument.Parse(json.Output);
        Assert.Equal(JsonValueKind.Object, document.RootElement.ValueKind);
    }

    private static void Save(string path, long bytes)
    {
        using HeapSnapshot snapshot = new(new SnapshotData
        {
            Application = "orders",
            Reason = "a test asked",
            ObjectCount = bytes / 100,
            TotalBytes = bytes,
            TakenAt = new DateTimeOffset(2026, 11, 29, 2, 0, 0, TimeSpan.Zero).AddSeconds(bytes >> 20),
            Types = [new HeapTypeUsage { TypeName = "Order", Count = bytes / 100, TotalBytes = bytes }],
            Places = [new HeapDominator { Name = "static Orders._all → List<Order>", RetainedBytes = bytes, Count = bytes / 100, ShareRatio = 1, Fingerprint = "5f1c0ab29de47781", TypeName = "List<Order>" }],
            Paths =
            [
                new PathNode { Parent = -1, Label = "all roots", Count = 1, TopCount = 1, RetainedBytes = bytes, IsVirtual = true },
                new PathNode { Parent = 0, Label = "static Orders._all", Count = 1, TopCount = 1, RetainedBytes = bytes, Place = 0 },
            ],
        });
        snapshot.Save(path);
    }
}
