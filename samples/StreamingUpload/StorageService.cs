using System.Buffers;
using System.IO.Pipelines;
using MemGuard.Bounded;

namespace StreamingUpload;

/// <summary>Takes uploads of any size and gives downloads of any size. It keeps neither.</summary>
public sealed class StorageService : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly Uploads _uploads;

    private StorageService(WebApplication app, Uploads uploads) => (_app, _uploads) = (app, uploads);

    /// <summary>Uploads that are under way: what a client has given up must not stay here.</summary>
    public int CurrentUploads => _uploads.Count;

    public Uri Address => LoopbackHost.GetAddress(_app);

    public static async Task<StorageService> StartAsync()
    {
        Uploads uploads = new();
        return new StorageService(await LoopbackHost.StartAsync(app => Map(app, uploads)), uploads);
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app, Uploads uploads)
    {
        app.MapPut("/blob", async context =>
        {
            uploads.Begin();
            try
            {
                await context.Response.WriteAsync(await CountAsync(context.Request.BodyReader, context.RequestAborted));
            }
            finally
            {
                uploads.End();
            }
        });
        app.MapGet("/blob/{megabytes:int}", static async (int megabytes, HttpContext context) =>
        {
            await using BoundedBody body = new(context);
            await body.Writer.CopyFromAsync(MakeAsync(megabytes), context.RequestAborted);
        });
    }

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

    private sealed class Uploads
    {
        private int _count;

        public int Count => Volatile.Read(ref _count);

        public void Begin() => Interlocked.Increment(ref _count);

        public void End() => Interlocked.Decrement(ref _count);
    }
}
