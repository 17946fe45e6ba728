using System.Buffers;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Text;
using MemGuard.Bounded;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MemGuard.Benchmarks.Queue;

/// <summary>A Kestrel handler writes 256 MiB to a client that never reads: how far memory grows, when the handler is freed, when the connection ends.</summary>
internal static class StalledClient
{
    private const long TotalBytes = 256L * 1024 * 1024;
    private const long MaxUnflushedBytes = 1024 * 1024;

    private static readonly TimeSpan StallTimeout = Effort.Of(TimeSpan.FromSeconds(2), least: TimeSpan.FromSeconds(0.2));

    // The bare, awaited handler never ends by itself: measured for as long as it takes to see that memory stays flat.
    private static readonly TimeSpan Patience = Effort.Of(TimeSpan.FromSeconds(8), least: TimeSpan.FromSeconds(1));

    public static int Run(string[] args)
    {
        ArgumentNullException.ThrowIfNull(args);
        Console.WriteLine($"Cap {MaxUnflushedBytes / 1024} KiB, stall timeout {StallTimeout.TotalSeconds} s, 4 KiB pieces, HTTP/1.1 over loopback.");
        Console.WriteLine();
        Console.WriteLine("| handler | heap growth at most, MiB | handler ended after, s | how | bytes handed over, MiB | connection ended after, s |");
        Console.WriteLine("|---|---|---|---|---|---|");
        RunAllAsync().Wait();
        return 0;
    }

    private static async Task RunAllAsync()
    {
        byte[] piece = new byte[4096];
        await MeasureAsync("bare, flush not awaited", async (context, count) =>
        {
            for (long sent = 0; sent < TotalBytes; sent += piece.Length)
            {
                context.Response.BodyWriter.Write(piece);
                _ = context.Response.BodyWriter.FlushAsync().AsTask();
                count(piece.Length);
            }

            await Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
        });
        await MeasureAsync("bounded, never flushed", (context, count) =>
        {
            BoundedPipeWriter writer = Limit(context);
            for (long sent = 0; sent < TotalBytes; sent += piece.Length)
            {
                writer.Write(piece);
                count(piece.Length);
            }

            return Task.CompletedTask;
        });
        await MeasureAsync("bounded, flush not awaited", (context, count) =>
        {
            BoundedPipeWriter writer = Limit(context);
            for (long sent = 0; sent < TotalBytes; sent += piece.Length)
            {
                writer.Write(piece);
                _ = writer.FlushAsync().AsTask();
                count(piece.Length);
            }

            return Task.CompletedTask;
        });
        await MeasureAsync("bounded, awaited", async (context, count) =>
        {
            BoundedPipeWriter writer = Limit(context);
            for (long sent = 0; sent < TotalBytes; sent += piece.Length)
            {
                writer.Write(piece);
                count(piece.Length);
                if ((await writer.FlushIfNeededAsync()).IsCompleted)
                {
                    return;
                }
            }
        });
        await MeasureAsync("bounded, one awaited WriteAsync of 256 MiB", async (context, count) =>
        {
            BoundedPipeWriter writer = Limit(context);
            await writer.WriteAsync(_large ??= new byte[TotalBytes]);
            count((int)writer.GetStatistics().TotalBytes);
        });
    }

    private static byte[]? _large;

    private static BoundedPipeWriter Limit(HttpContext context) =>
        context.Response.BodyWriter.LimitUnflushed(MaxUnflushedBytes, StallTimeout, context.Abort);

    private static async Task MeasureAsync(string name, Func<HttpContext, Action<int>, Task> handler)
    {
        long handedOver = 0;
        string how = "still running";
        TaskCompletionSource<TimeSpan> ended = new();
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        await using WebApplication app = builder.Build();
        app.Run(async context =>
        {
            long start = Stopwatch.GetTimestamp();
            try
            {
                await handler(context, bytes => handedOver += bytes);
                how = "returned";
            }
            catch (Exception exception)
            {
                how = exception.GetType().Name;
                throw;
            }
            finally
            {
                ended.TrySetResult(Stopwatch.GetElapsedTime(start));
            }
        });
        if (name.Contains("256 MiB", StringComparison.Ordinal))
        {
            // Its buffer is the caller's, not growth.
            _large ??= new byte[TotalBytes];
        }

        await app.StartAsync();
        Uri address = new(app.Urls.First());
        using TcpClient client = new();
        client.ReceiveBufferSize = 64 * 1024;
        await client.ConnectAsync(address.Host, address.Port);
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long most = before;
        using CancellationTokenSource watching = new();
        Task watch = Task.Run(async () =>
        {
            while (!watching.IsCancellationRequested)
            {
                // Live bytes: floating garbage is not what piles up.
                most = Math.Max(most, GC.GetTotalMemory(forceFullCollection: true));
                await Task.Delay(50);
            }
        });
        long start = Stopwatch.GetTimestamp();
        await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes($"GET / HTTP/1.1\r\nHost: {address.Authority}\r\n\r\n"));
        Task first = await Task.WhenAny(ended.Task, Task.Delay(Patience));
        await watching.CancelAsync();
        await watch;
        string connection = first == ended.Task ? await MeasureEndOfConnectionAsync(client, start) : "still open";
        string endedAfter = first == ended.Task ? $"{(await ended.Task).TotalSeconds:F2}" : $"> {Patience.TotalSeconds:F0}";
        Console.WriteLine($"| {name} | {(most - before) / 1048576.0:F2} | {endedAfter} | {how} | {handedOver / 1048576.0:F2} | {connection} |");
        client.Close();
        using CancellationTokenSource soon = new(TimeSpan.FromSeconds(2));
        await app.StopAsync(soon.Token);
    }

    // Reads what is already in the socket's buffers, then the end or a reset.
    private static async Task<string> MeasureEndOfConnectionAsync(TcpClient client, long start)
    {
        byte[] buffer = new byte[1 << 20];
        try
        {
            using CancellationTokenSource patience = new(TimeSpan.FromSeconds(4));
            while (await client.GetStream().ReadAsync(buffer, patience.Token) > 0)
            {
            }
        }
        catch (IOException)
        {
            // Reset: ended as well.
        }
        catch (OperationCanceledException)
        {
            return "kept alive: answered with an error";
        }

        return $"{Stopwatch.GetElapsedTime(start).TotalSeconds:F2}";
    }
}
