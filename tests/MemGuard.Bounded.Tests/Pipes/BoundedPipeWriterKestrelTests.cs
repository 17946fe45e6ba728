using System.Buffers;
using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MemGuard.Bounded.Tests.Pipes;

/// <summary>A real server and a client that never reads: 256 MiB must not pile up, and handler and connection must be freed.</summary>
public sealed class BoundedPipeWriterKestrelTests
{
    private const long TotalBytes = 256L * 1024 * 1024;
    private const long MaxUnflushedBytes = 1024 * 1024;

    // What the kernel's socket buffers on both sides may take, at the very most.
    private const long SocketBuffers = 16 * 1024 * 1024;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly byte[] Piece = new byte[4096];

    [Fact]
    public async Task FlushAsync_ClientNeverReads_FreesHandlerAndConnection()
    {
        (string end, long written, long mostUnflushed) = await RunAsync(async (writer, note) =>
        {
            while (writer.GetStatistics().TotalBytes < TotalBytes)
            {
                writer.Write(Piece);
                note(writer.UnflushedBytes);
                if ((await writer.FlushIfNeededAsync()).IsCompleted)
                {
                    return;
                }
            }
        });

        Assert.Equal("returned, connection ended", end);
        Assert.InRange(written, 1, SocketBuffers);
        Assert.InRange(mostUnflushed, 1, MaxUnflushedBytes);
    }

    [Fact]
    public async Task WriteAsync_OneLargeWriteToAClientThatNeverReads_FreesHandlerAndConnection()
    {
        byte[] large = new byte[32 * 1024 * 1024];

        (string end, long written, _) = await RunAsync(async (writer, _) => await writer.WriteAsync(large));

        Assert.Equal("returned, connection ended", end);
        Assert.InRange(written, 1, SocketBuffers);
    }

    [Fact]
    public async Task FlushAsync_NotAwaitedToAClientThatNeverReads_IsRefusedWithinTheBound()
    {
        (string end, _, long mostUnflushed) = await RunAsync((writer, note) =>
        {
            while (writer.GetStatistics().TotalBytes < TotalBytes)
            {
                writer.Write(Piece);
                note(writer.UnflushedBytes);
                _ = writer.FlushAsync().AsTask();
            }

            return Task.CompletedTask;
        });

        Assert.StartsWith(nameof(InvalidOperationException), end, StringComparison.Ordinal);
        Assert.InRange(mostUnflushed, 1, MaxUnflushedBytes);
    }

    private static async Task<(string End, long Written, long MostUnflushed)> RunAsync(Func<BoundedPipeWriter, Action<long>, Task> handler)
    {
        TaskCompletionSource<(string End, long Written)> ended = new();
        long mostUnflushed = 0;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            BoundedPipeWriter writer = context.Response.BodyWriter.LimitUnflushed(MaxUnflushedBytes, TimeSpan.FromMilliseconds(500), context.Abort);
            string end = "returned";
            try
            {
                await handler(writer, unflushed => mostUnflushed = Math.Max(mostUnflushed, unflushed));
            }
            catch (InvalidOperationException exception)
            {
                end = exception.GetType().Name;
                context.Abort();
            }

            ended.TrySetResult((end, writer.GetStatistics().TotalBytes));
        });
        await app.StartAsync();
        Uri address = new(app.Urls.First());
        using TcpClient client = new() { ReceiveBufferSize = 64 * 1024 };
        await client.ConnectAsync(address.Host, address.Port);
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));

        (string handlerEnd, long written) = await ended.Task.WaitAsync(Patience);
        string connectionEnd = await ReadToEndAsync(client);
        return ($"{handlerEnd}, {connectionEnd}", written, mostUnflushed);
    }

    private static async Task<string> ReadToEndAsync(TcpClient client)
    {
        byte[] buffer = new byte[1 << 20];
        using CancellationTokenSource patience = new(Patience);
        try
        {
            while (await client.GetStream().ReadAsync(buffer, patience.Token) > 0)
            {
            }

            return "connection ended";
        }
        catch (IOException)
        {
            return "connection ended";
        }
        catch (OperationCanceledException)
        {
            return "connection still open";
        }
    }
}
