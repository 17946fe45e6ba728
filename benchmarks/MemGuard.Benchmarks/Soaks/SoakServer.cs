using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MemGuard.Benchmarks.Soaks;

/// <summary>A request over a socket of 127.0.0.1, server and client in this process.</summary>
internal static class SoakServer
{
    public static Func<Task> Start()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication app = builder.Build();
        app.MapGet("/orders/{id:int}", static (int id) => $"order {id}");
        app.Start();
        HttpClient client = new() { BaseAddress = new Uri(app.Urls.First()) };
        int order = 0;
        return async () => await client.GetStringAsync(new Uri($"/orders/{order++ % 100}", UriKind.Relative));
    }
}
