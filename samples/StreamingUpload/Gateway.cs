using System.Runtime.CompilerServices;
using MemGuard.Bounded;

namespace StreamingUpload;

/// <summary>Stands between clients and storage and passes bodies through at the pace of the slower side.</summary>
public sealed class Gateway : IAsyncDisposable
{
    public const int MaxUnflushedBytes = 256 * 1024;

    // The kernel's socket buffers hide progress below about a megabyte: a client slower than that in this time counts as stalled.
    public static readonly TimeSpan StalledClientTimeout = TimeSpan.FromSeconds(5);

    private readonly WebApplication _app;
    private readonly HttpClient _storage;

    private Gateway(WebApplication app, HttpClient storage)
    {
        _app = app;
        _storage = storage;
    }

    public Uri Address => LoopbackHost.GetAddress(_app);

    public static async Task<Gateway> StartAsync(Uri storageAddress)
    {
        HttpClient storage = new() { BaseAddress = storageAddress, Timeout = Timeout.InfiniteTimeSpan };
        WebApplication app = await LoopbackHost.StartAsync(app =>
        {
            app.MapPost("/upload", context => UploadAsync(context, storage));
            app.MapPost("/upload-in-memory", context => UploadInMemoryAsync(context, storage));
            app.MapGet("/download/{megabytes:int}", (int megabytes, HttpContext context) => DownloadAsync(megabytes, context, storage));
            app.MapGet("/objects/{count:int}", static (int count, HttpContext context) => WriteObjectsAsync(count, context));
        });
        return new Gateway(app, storage);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _storage.Dispose();
    }

    // The request's body is the next request's body: read only as fast as storage takes it.
    private static async Task UploadAsync(HttpContext context, HttpClient storage)
    {
        using StreamContent content = new(context.Request.Body);
        using HttpResponseMessage response = await storage.PutAsync(new Uri("/blob", UriKind.Relative), content, context.RequestAborted);
        await context.Response.WriteAsync(await response.Content.ReadAsStringAsync(context.RequestAborted));
    }

    // The wrong way, for comparison: each upload costs the gateway its size, and twice that while the buffer grows.
    private static async Task UploadInMemoryAsync(HttpContext context, HttpClient storage)
    {
        using MemoryStream body = new();
        await context.Request.Body.CopyToAsync(body, context.RequestAborted);
        using ByteArrayContent content = new(body.ToArray());
        using HttpResponseMessage response = await storage.PutAsync(new Uri("/blob", UriKind.Relative), content, context.RequestAborted);
        await context.Response.WriteAsync(await response.Content.ReadAsStringAsync(context.RequestAborted));
    }

    private static async Task DownloadAsync(int megabytes, HttpContext context, HttpClient storage)
    {
        // Headers only: without this option HttpClient reads the whole body into memory first.
        using HttpResponseMessage response = await storage.GetAsync(new Uri($"/blob/{megabytes}", UriKind.Relative), HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        await using Stream source = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        await using BoundedBody body = new(context);
        await body.Writer.CopyFromAsync(source, context.RequestAborted);
    }

    private static async Task WriteObjectsAsync(int count, HttpContext context)
    {
        context.Response.ContentType = "application/x-ndjson";
        await using BoundedBody body = new(context);
        await body.Writer.WriteNdjsonAsync(ReadOrdersAsync(count), OrderContext.Default.Order, context.RequestAborted);
    }

    private static async IAsyncEnumerable<Order> ReadOrdersAsync(int count, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        for (int id = 0; id < count; id++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            await Task.CompletedTask;
            yield return new Order(id, "open");
        }
    }
}
