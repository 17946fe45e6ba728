using System.Buffers;
using System.IO.Pipelines;
using MemGuard.Bounded;

namespace StreamingUpload;

/// <summary>Takes uploads of any size and gives downloads of any size. It keeps neither.</summary>
public sealed class StorageService : IAsyncDisposable
{
    private readonly WebApplication _app;

    private StorageService(WebApplication app) => _app = app;

    public Uri Address => LoopbackHost.GetAddress(_app);

    public static async Task<StorageService> StartAsync() => new(await LoopbackHost.StartAsync(static app =>
    {
        app.MapPut("/blob", static async context =>
            await context.Response.WriteAsync(await CountAsync(context.Request.BodyReader, context.RequestAborted)));
        app.MapGet("/blob/{megabytes:int}", static async (int megabytes, HttpContext context) =>
        {
            await using BoundedBody body = new(context);
            await body.Writer.CopyFromAsync(MakeAsync(megabytes), context.RequestAborted);
        });
    }));

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static async Task<string> CountAsync(PipeReader reader, CancellationToken cancellationToken)
    {
        long count = 0;
        while (true)
        {
            ReadResult result = await reader.ReadAsync(cancellationToken);
            count += result.Buffer.Length;
            reader.AdvanceTo(result.Buffer.End);
            if (result.IsCompleted)
            {
                return $"{count}";
            }
        }
    }

    private static async IAsyncEnumerable<ReadOnlyMemory<byte>> MakeAsync(int megabytes)
    {
        byte[] piece = ArrayPool<byte>.Shared.Rent(64 * 1024);
        for (int i = 0; i < megabytes * 16; i++)
        {
            await Task.CompletedTask;
            yield return piece.AsMemory(0, 64 * 1024);
        }

        ArrayPool<byte>.Shared.Return(piece);
    }
}
