using System.Text.Json;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Export;

public sealed class HeapExportTests
{
    private const int NodeFields = 7;
    private const int EdgeFields = 3;

    private readonly SnapshotData _data = ExampleSnapshot.Of(3);

    [Fact]
    public void Export_Speedscope_WeighsEveryByteOnce()
    {
        using JsonDocument file = Export(HeapExportFormat.Speedscope);
        JsonElement profile = file.RootElement.GetProperty("profiles")[0];

        Assert.Equal("bytes", profile.GetProperty("unit").GetString());
        Assert.Equal(_data.TotalBytes, profile.GetProperty("endValue").GetInt64());
        Assert.Equal(_data.TotalBytes, profile.GetProperty("weights").EnumerateArray().Sum(static weight => weight.GetInt64()));
        Assert.Equal(profile.GetProperty("weights").GetArrayLength(), profile.GetProperty("samples").GetArrayLength());
    }

    [Fact]
    public void Export_Speedscope_LeadsFromTheRootsToWhatIsHeld()
    {
        using JsonDocument file = Export(HeapExportFormat.Speedscope);
        string[] frames = [.. file.RootElement.GetProperty("shared").GetProperty("frames").EnumerateArray().Select(static frame => frame.GetProperty("name").GetString()!)];
        JsonElement.ArrayEnumerator samples = file.RootElement.GetProperty("profiles")[0].GetProperty("samples").EnumerateArray();

        string[] deepest = [.. samples.MaxBy(static sample => sample.GetArrayLength()).EnumerateArray().Select(frame => frames[frame.GetInt32()])];

        Assert.Equal(["all roots", "static fields", "static A._cache", "List<B>", "B[]", "B × 3,000"], deepest);
    }

    [Fact]
    public void Export_DevTools_HasTheSameRetainedSizes()
    {
        using JsonDocument file = Export(HeapExportFormat.DevTools);

        Assert.Equal(_data.TotalBytes, Retained(file, ""));
        Assert.Equal(30L << 20, Retained(file, "(static A._cache)"));
        Assert.Equal(30L << 20, Retained(file, "B × 3,000"));
        Assert.Equal(3L << 20, Retained(file, "(static C._other)"));
    }

    [Fact]
    public void Export_DevTools_CountsAreThoseOfItsArrays()
    {
        using JsonDocument file = Export(HeapExportFormat.DevTools);
        JsonElement root = file.RootElement;
        JsonElement snapshot = root.GetProperty("snapshot");
        int[] nodes = Read(root, "nodes");
        int[] edges = Read(root, "edges");

        Assert.Equal(NodeFields, snapshot.GetProperty("meta").GetProperty("node_fields").GetArrayLength());
        Assert.Equal(NodeFields, snapshot.GetProperty("meta").GetProperty("node_types").GetArrayLength());
        Assert.Equal(EdgeFields, snapshot.GetProperty("meta").GetProperty("edge_types").GetArrayLength());
        Assert.Equal(snapshot.GetProperty("node_count").GetInt32() * NodeFields, nodes.Length);
        Assert.Equal(snapshot.GetProperty("edge_count").GetInt32() * EdgeFields, edges.Length);
        Assert.Equal(snapshot.GetProperty("edge_count").GetInt32(), nodes.Where(static (_, i) => i % NodeFields == 4).Sum());
        Assert.All(edges.Where(static (_, i) => i % EdgeFields == 2), to => Assert.True(to % NodeFields == 0 && to < nodes.Length, $"no node begins at {to}"));
        Assert.Equal(nodes.Length / NodeFields, nodes.Where(static (_, i) => i % NodeFields == 2).Distinct().Count());
    }

    [Theory]
    [InlineData(HeapExportFormat.Speedscope)]
    [InlineData(HeapExportFormat.DevTools)]
    public void Export_NamesWithEscapesAndControls_StayReadableJson(HeapExportFormat format)
    {
        SnapshotData odd = _data with { Paths = [.. _data.Paths.Select(static path => path with { Label = path.Label + "\n\"\u001b[31m\u202e\\" })] };

        using JsonDocument file = Export(format, odd);

        Assert.DoesNotContain("\u001b", file.RootElement.GetRawText(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(HeapExportFormat.Speedscope)]
    [InlineData(HeapExportFormat.DevTools)]
    public void Export_Incomplete_IsRefused(HeapExportFormat format)
    {
        using HeapSnapshot snapshot = new(_data with { IncompleteBecause = "the buffer was too small" });

        Assert.Throws<InvalidOperationException>(() => snapshot.Export(new MemoryStream(), format));
    }

    [Fact]
    public void Export_UnknownFormat_NamesIt()
    {
        using HeapSnapshot snapshot = new(_data);

        Assert.Contains("Speedscope", Assert.Throws<ArgumentOutOfRangeException>(() => snapshot.Export(new MemoryStream(), (HeapExportFormat)9)).Message, StringComparison.Ordinal);
    }

    private JsonDocument Export(HeapExportFormat format, SnapshotData? data = null)
    {
        using HeapSnapshot snapshot = new(data ?? _data);
        MemoryStream stream = new();
        snapshot.Export(stream, format);
        stream.Position = 0;
        return JsonDocument.Parse(stream);
    }

    // What a viewer computes: in a tree everything below an entry goes with it.
    private static long Retained(JsonDocument file, string name)
    {
        int[] nodes = Read(file.RootElement, "nodes");
        int[] edges = Read(file.RootElement, "edges");
        string[] strings = [.. file.RootElement.GetProperty("strings").EnumerateArray().Select(static text => text.GetString()!)];
        int count = nodes.Length / NodeFields;
        List<int>[] children = new List<int>[count];
        for (int node = 0, edge = 0; node < count; node++)
        {
            children[node] = [];
            for (int i = 0; i < nodes[(node * NodeFields) + 4]; i++, edge++)
            {
                children[node].Add(edges[(edge * EdgeFields) + 2] / NodeFields);
            }
        }

        return Sum(Enumerable.Range(0, count).First(node => strings[nodes[(node * NodeFields) + 1]] == name));

        long Sum(int node) => nodes[(node * NodeFields) + 3] + children[node].Sum(Sum);
    }

    private static int[] Read(JsonElement root, string name) => [.. root.GetProperty(name).EnumerateArray().Select(static number => number.GetInt32())];
}
