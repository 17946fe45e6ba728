using MemGuard;
using MemGuard.Caching;
using Microsoft.Extensions.Caching.Memory;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMemGuard();
builder.Services.AddBoundedCache<string, string>("pages", static cache => cache.Capacity = 100);
builder.Services.AddMemoryCache().AddBoundedMemoryCache(static options => options.Capacity = 100);

WebApplication app = builder.Build();
app.MapGet("/memory", (IMemoryMonitor memory, IMemoryCache cache) =>
{
    for (int i = 0; i < 1000; i++)
    {
        cache.Set(i, i);
    }

    return $"memory: kept {((BoundedMemoryCache)cache).Count}, {memory.Diagnose().Reason}";
});
app.MapMemGuard();
app.Run();
