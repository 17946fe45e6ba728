using System.IO.Pipelines;
using MemGuard.AspNetCore.Tests.Support;
using MemGuard.Bounded;
using MemGuard.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace MemGuard.AspNetCore.Tests.Backpressure;

/// <summary>Handlers as they are, that write 256 MiB to a client that never reads.</summary>
[Collection(AloneCollection.Name)]
public sealed class NeverReadingClientTests
{
    private const long Cap = 4 << 20;
    private const long Slack = 1 << 20;
    private const int Piece = 4096;
    private const long Whole = 256 << 20;
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(5);
    private static readonly byte[] Content = new byte[Piece];

    private readonly FakeTimeProvider _time = new();
    private readonly TaskCompletionSource<(long Written, long Growth, Exception? Failure)> _handled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Theory]
    [InlineData("writer, never flushed", false)]
    [InlineData("writer, never flushed", true)]
    [InlineData("writer, flushes not awaited", false)]
    [InlineData("writer, flushes not awaited", true)]
    [InlineData("stream, writes not awaited", false)]
    [InlineData("stream, writes not awaited", true)]
    public async Task Handler_ThatAwaitsNothing_GetsAnExceptionInsteadOfMemory(string how, bool isHttp2)
    {
        await using TestSite site = await StartAsync(how, isHttp2);
        using NeverReadingClient client = new();

        await client.AskAsync(site.Address, "/all", isHttp2);
        (long written, long growth, Exception? failure) = await _handled.Task;
        await _released.Task;

        Assert.IsType<InvalidOperationException>(failure);
        Assert.InRange(written, 1, Whole - 1);
        Assert.InRange(growth, long.MinValue, Cap + Slack);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Handler_ThatAwaits_IsReleasedWhenTheDeadlineHasPassed(bool isHttp2)
    {
        await using TestSite site = await StartAsync("awaited", isHttp2);
        using NeverReadingClient client = new();
        await client.AskAsync(site.Address, "/all", isHttp2);
        while (!BoundedStructures.GetUsage().Any(static one => one is { Name: "response GET /all", Count: > 0 }))
        {
            await Task.Yield();
        }

        // The wait is counted a moment before its deadline is watched: a first pass may come too early.
        while (!_released.Task.IsCompleted)
        {
            _time.Pass(Deadline + TimeSpan.FromSeconds(1), TimeSpan.FromMilliseconds(250));
            await Task.Yield();
        }

        // The virtual clock may have passed a first short wait already.
        (long written, long growth, _) = await _handled.Task;
        Assert.InRange(written, 0, Whole - 1);
        Assert.InRange(growth, long.MinValue, Cap + Slack);
        Assert.Equal(0, BoundedStructures.GetUsage().Single(static one => one.Name == "response GET /all").Count);
    }

    private Task<TestSite> StartAsync(string how, bool isHttp2) => TestSite.StartAsync(
        Shop.In("off"),
        app =>
        {
            app.Use(async (context, next) =>
            {
                try
                {
                    await next(context);
                }
                finally
                {
                    _released.TrySetResult();
                }
            });
            app.UseMemGuardResponseLimits(static options =>
            {
                options.MaxUnflushedBytes = Cap;
                options.SlowClientTimeout = Deadline;
            });
            app.MapGet("/all", context => HandleAsync(context.Response, how));
        },
        services: services =>
        {
            services.AddSingleton<TimeProvider>(_time);
            services.Configure<KestrelServerOptions>(options => options.ConfigureEndpointDefaults(listen => listen.Protocols = isHttp2 ? HttpProtocols.Http2 : HttpProtocols.Http1));
        });

    private async Task HandleAsync(HttpResponse response, string how)
    {
        long before = GC.GetTotalMemory(forceFullCollection: true);
        long written = 0;
        Exception? failure = null;
        PipeWriter writer = response.BodyWriter;
        try
        {
            for (; written < Whole; written += Piece)
            {
                switch (how)
                {
                    case "stream, writes not awaited":
                        _ = response.Body.WriteAsync(Content).AsTask();
                        break;
                    case "awaited":
                        if ((await writer.WriteAsync(Content)).IsCompleted)
                        {
                            return;
                        }

                        break;
                    default:
                        Content.CopyTo(writer.GetMemory(Piece));
                        writer.Advance(Piece);
                        if (how == "writer, flushes not awaited")
                        {
                            _ = writer.FlushAsync().AsTask();
                        }

                        break;
                }
            }
        }
        catch (InvalidOperationException exception)
        {
            failure = exception;
            throw;
        }
        finally
        {
            _handled.TrySetResult((written, GC.GetTotalMemory(forceFullCollection: true) - before, failure));
        }
    }
}
