using MemGuard;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMemGuard();
builder.Services.AddBoundedCache<string, string>("pages", static cache => cache.Capacity = 100);

WebApplication app = builder.Build();
app.MapGet("/memory", (IMemoryMonitor memory) => "memory: " + memory.Diagnose().Reason);
app.Run();
