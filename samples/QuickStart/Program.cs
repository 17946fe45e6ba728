using MemGuard;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
builder.Services.AddMemGuard();

WebApplication app = builder.Build();
app.MapGet("/", () => "Hello");
app.MapGet("/memory", (IMemoryMonitor memory) => memory.Diagnose().Reason);
app.Run();
