using System.Text;
using System.Text.Json;
using MemGuard.HeapSnapshots.Allocations;

namespace MemGuard.HeapSnapshots.Tests.Allocations;

public sealed class AllocationProfileTests
{
    private static readonly MethodFrame Concat = MethodFrame.Parse("System.String", "Concat");
    private static readonly MethodFrame Map = MethodFrame.Parse("Shop.OrderMapper", "Map");
    private static readonly MethodFrame Post = MethodFrame.Parse("Shop.Orders", "Post");
    private static readonly MethodFrame Own = MethodFrame.Parse("MemGuard.OwnThread", "Run");

    private readonly AllocationProfile _profile = AllocationProfileBuilder.Build(
        [
            .. Repeat(300, "HotRow", Map, Post),
            .. Repeat(100, "string", Concat, Map, Post),
            .. Repeat(60, "byte[]", Post),
            .. Repeat(40, "char[]", Concat),
            .. Repeat(500, "Sample", Concat, Own),
        ],
        TimeSpan.FromSeconds(5),
        lostEvents: 0);

    [Fact]
    public void Types_AreRankedWithShareMarginAndWhere()
    {
        Assert.Equal(["HotRow", "string", "byte[]", "char[]"], _profile.Types.Select(static type => type.Name));
        AllocatedType hot = _profile.Types[0];
        Assert.Equal(0.6, hot.ShareRatio, 6);
        Assert.Equal(0.6 * 2 / Math.Sqrt(300), hot.MarginRatio, 6);
        Assert.Equal("Shop.OrderMapper.Map", hot.TopMethod);
        Assert.True(hot.IsReliable);
        Assert.False(_profile.Types[2].IsReliable);
    }

    [Fact]
    public void Methods_FrameworkWorksForItsCaller_AndForItselfWhereItIsAlone()
    {
        Assert.Equal(["Shop.OrderMapper.Map", "Shop.Orders.Post", "System.String.Concat"], _profile.Methods.Select(static method => method.Name));
        Assert.Equal(400, _profile.Methods[0].SampleCount);
        Assert.Null(_profile.Methods[0].Through);
        Assert.Equal(500, _profile.SampleCount);
    }

    [Fact]
    public void ToString_IsOneLine() =>
        Assert.Equal("Allocations 5 s: 50 MB (10 MB/s). HotRow 60 % ±7 in OrderMapper.Map", _profile.ToString());

    [Fact]
    public void Export_Collapsed_IsALineAStackFromTheOutside()
    {
        string text = Encoding.UTF8.GetString(Export(AllocationExportFormat.CollapsedStacks));

        Assert.StartsWith("Shop.Orders.Post;Shop.OrderMapper.Map;[HotRow] 31457280\n", text, StringComparison.Ordinal);
        Assert.Equal(4, text.Count(static c => c == '\n'));
    }

    [Fact]
    public void Export_Speedscope_AddsUp()
    {
        using JsonDocument document = JsonDocument.Parse(Export(AllocationExportFormat.Speedscope));
        JsonElement profile = document.RootElement.GetProperty("profiles")[0];

        Assert.Equal("sampled", profile.GetProperty("type").GetString());
        Assert.Equal("bytes", profile.GetProperty("unit").GetString());
        Assert.Equal(profile.GetProperty("samples").GetArrayLength(), profile.GetProperty("weights").GetArrayLength());
        Assert.Equal(profile.GetProperty("endValue").GetInt64(), profile.GetProperty("weights").EnumerateArray().Sum(static weight => weight.GetInt64()));
        int frames = document.RootElement.GetProperty("shared").GetProperty("frames").GetArrayLength();
        Assert.All(profile.GetProperty("samples").EnumerateArray().SelectMany(static sample => sample.EnumerateArray()), frame => Assert.InRange(frame.GetInt32(), 0, frames - 1));
    }

    [Fact]
    public void Export_UnknownFormat_SaysWhichThereAre()
    {
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => _profile.Export(Stream.Null, (AllocationExportFormat)9));

        Assert.Contains("Speedscope, CollapsedStacks", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(24, 102_412)]
    [InlineData(102_400, 161_995)]
    [InlineData(100_000_000, 100_000_000)]
    public void Weigh_IsTheSizeOverTheChanceToBeDrawn(double size, double expected) => Assert.Equal(expected, AllocationEvents.Weigh(size), 1 + (expected / 100_000));

    [Fact]
    public void Build_NoSamples_SaysSo() =>
        Assert.Equal("Allocations 1 s: 0 B (0 B/s). 0 samples: too few to tell types or methods", AllocationProfileBuilder.Build([], TimeSpan.FromSeconds(1), 0).ToString());

    private static IEnumerable<SampledStack> Repeat(int count, string type, params MethodFrame[] frames) => Enumerable.Repeat(new SampledStack(type, frames, 104857.6, 1), count);

    private byte[] Export(AllocationExportFormat format)
    {
        using MemoryStream stream = new();
        _profile.Export(stream, format);
        return stream.ToArray();
    }
}
