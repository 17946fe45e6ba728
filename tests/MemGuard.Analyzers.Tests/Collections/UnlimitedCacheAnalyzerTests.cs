using MemGuard.Analyzers.Tests.Support;

namespace MemGuard.Analyzers.Tests.Collections;

public sealed class UnlimitedCacheAnalyzerTests
{
    [Fact]
    public async Task MemoryCache_WithoutSizeLimit_IsReported() => await Analysis.CheckAsync(
        """
        public static class Caches
        {
            public static readonly MemoryCache One = new(new MemoryCacheOptions()); // MG0002
            public static readonly MemoryCache Two = new(new MemoryCacheOptions { CompactionPercentage = 0.1 }); // MG0002
            public static readonly MemoryCache Three = new(Microsoft.Extensions.Options.Options.Create(new MemoryCacheOptions())); // MG0002
            public static void Add(IServiceCollection services) => services.AddMemoryCache(); // MG0002
        }
        """);

    [Theory]
    [InlineData("services.AddMemoryCache(options => options.SizeLimit = 100);")]
    [InlineData("services.AddMemoryCache(); services.Configure<MemoryCacheOptions>(options => options.SizeLimit = 100);")]
    [InlineData("_ = new MemoryCache(new MemoryCacheOptions { SizeLimit = 100 });")]
    [InlineData("services.AddMemoryCache(); services.AddBoundedMemoryCache();")]
    [InlineData("_ = new MemoryCache(options);")]
    public async Task MemoryCache_WithALimitSomewhere_IsNotReported(string statement) => await Analysis.CheckAsync(
        $$"""
        public static class Caches
        {
            public static void Add(IServiceCollection services, MemoryCacheOptions options) { {{statement}} }
            private static void AddBoundedMemoryCache(this IServiceCollection services) => _ = services;
        }
        """);
}
