using System.Net;
using System.Net.Http.Json;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Bounded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace MemGuard.AspNetCore.Tests.Backpressure;

/// <summary>What works without the limits works with them.</summary>
public sealed class ResponseLimitTests
{
    private const int Large = 20 << 20;

    [Theory]
    [InlineData("bytes", Large)]
    [InlineData("text", 3 << 20)]
    [InlineData("file", Large)]
    [InlineData("stream", Large)]
    [InlineData("nothing", 0)]
    public async Task Answers_OfAnySize_ArriveWhole(string how, int length)
    {
        await using TestSite site = await StartAsync();
        byte[] content = await site.Client.GetByteArrayAsync(new Uri(how, UriKind.Relative));

        Assert.Equal(length, content.Length);
        Assert.True(content.AsSpan().IndexOfAnyExcept((byte)'x') < 0);
    }

    [Fact]
    public async Task Json_OfManyItems_ArrivesWhole()
    {
        await using TestSite site = await StartAsync();

        Assert.Equal(200_000, (await site.Client.GetFromJsonAsync<int[]>(new Uri("json", UriKind.Relative)))!.Length);
    }

    [Theory]
    [InlineData("own-limit", HttpStatusCode.InternalServerError)]
    [InlineData("no-limit", HttpStatusCode.OK)]
    public async Task Endpoint_WithLimitsOfItsOwn_HasThose(string path, HttpStatusCode expected)
    {
        await using TestSite site = await StartAsync();
        using HttpResponseMessage response = await site.Client.GetAsync(new Uri(path, UriKind.Relative));

        Assert.Equal(expected, response.StatusCode);
    }

    [Theory]
    [InlineData(0, 30, "MaxUnflushedBytes")]
    [InlineData(4096, 0.001, "SlowClientTimeout")]
    [InlineData(4096, 1e6, "SlowClientTimeout")]
    public async Task Limits_OutOfRange_NameTheOption(long bytes, double seconds, string name)
    {
        await using TestSite site = await StartAsync();

        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(() => ((IApplicationBuilder)site.App).UseMemGuardResponseLimits(options =>
        {
            options.MaxUnflushedBytes = bytes;
            options.SlowClientTimeout = TimeSpan.FromSeconds(seconds);
        }));

        Assert.Equal(name, error.ParamName);
    }

    [Theory]
    [InlineData("GET")]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    [InlineData("HEAD")]
    [InlineData("MADEUP")]
    public async Task Structure_OfAResponse_IsNamedByThePatternAndAKnownMethod(string method)
    {
        List<string> names = [];
        await using TestSite site = await TestSite.StartAsync(Shop.In("off"), app =>
        {
            app.UseMemGuardResponseLimits();
            app.Map("named/{id}", (HttpContext context) =>
            {
                context.Response.BodyWriter.GetSpan(1);
                names.AddRange(BoundedStructures.GetUsage().Select(static usage => usage.Name).Where(static name => name.Contains("named/", StringComparison.Ordinal)));
            });
        });
        using HttpRequestMessage request = new(new HttpMethod(method), new Uri("named/1", UriKind.Relative));
        using HttpResponseMessage response = await site.Client.SendAsync(request);

        Assert.Contains($"response {(method == "MADEUP" ? "other" : method)} /named/{{id}}", names);
    }

    [Fact]
    public async Task File_SentByItsPath_ArrivesWhole()
    {
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, new string('x', 300_000) + "end");
        await using TestSite site = await TestSite.StartAsync(Shop.In("off"), app =>
        {
            app.UseMemGuardResponseLimits();
            app.MapGet("/sent", async context =>
            {
                await context.Response.StartAsync();
                await context.Response.SendFileAsync(path);
                await context.Response.CompleteAsync();
            });
        });

        string text = await site.GetTextAsync("sent");

        Assert.Equal(300_003, text.Length);
        Assert.EndsWith("xend", text, StringComparison.Ordinal);
        File.Delete(path);
    }

    private static Task<TestSite> StartAsync() => TestSite.StartAsync(Shop.In("off"), static app =>
    {
        byte[] content = new byte[Large];
        content.AsSpan().Fill((byte)'x');
        app.UseMemGuardResponseLimits();
        app.MapGet("/bytes", () => Results.Bytes(content));
        app.MapGet("/text", static () => Results.Text(new string('x', 3 << 20)));
        app.MapGet("/file", () => Results.Stream(new MemoryStream(content)));
        app.MapGet("/stream", async (HttpContext context) => await context.Response.Body.WriteAsync(content));
        app.MapGet("/nothing", static () => Results.Ok());
        app.MapGet("/json", static () => Enumerable.Range(0, 200_000));
        app.MapGet("/own-limit", WriteWithoutFlush).WithResponseLimits(static options => options.MaxUnflushedBytes = 64 * 1024);
        app.MapGet("/no-limit", WriteWithoutFlush).WithoutResponseLimits();
    });

    private static void WriteWithoutFlush(HttpContext context)
    {
        for (int i = 0; i < 64; i++)
        {
            context.Response.BodyWriter.GetSpan(4096);
            context.Response.BodyWriter.Advance(4096);
        }
    }
}
