using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Testing;

namespace MemGuard.Tests.Registration;

public sealed class UnknownOptionsTests
{
    [Theory]
    [InlineData("MemGuard:SamplingIntervall", "SamplingInterval")]
    [InlineData("MemGuard:Senstivity", "Sensitivity")]
    [InlineData("MemGuard:RecordMaxFile", "RecordMaxFileBytes")]
    [InlineData("MemGuard:Nonsense", null)]
    [InlineData("MemGuard:Thresholds:NearLimitRation", "NearLimitRatio")]
    [InlineData("MemGuard:Treshholds:NearLimitRatio", "Thresholds", "MemGuard:Treshholds")]
    public void Find_NameThatIsNoOption_IsFoundWithWhatWasMeant(string key, string? meant, string? path = null) =>
        Assert.Equal([new UnknownOption(path ?? key, meant)], Find(key));

    [Theory]
    [InlineData("MemGuard:samplinginterval")]
    [InlineData("MemGuard:IgnoredProblems:0")]
    [InlineData("MemGuard:Thresholds:GCPausePercentage")]
    [InlineData("MemGuard:HeapSnapshots:MaxPerDay")]
    [InlineData("MemGuard:Dashboard:Title")]
    [InlineData("Logging:Nonsense")]
    public void Find_OptionOrSectionOfAnother_IsNot(string key) => Assert.Empty(Find(key));

    [Fact]
    public async Task StartAsync_NameThatIsNoOption_IsSaidOnce()
    {
        FakeLogCollector lines = FakeLogCollector.Create(new FakeLogCollectorOptions());
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection([new("MemGuard:Senstivity", "High"), new("MemGuard:BlackBox", "false")]);
        builder.Logging.AddProvider(new FakeLoggerProvider(lines));
        builder.Services.AddMemGuard();
        builder.Services.AddMemGuard(builder.Configuration.GetSection("MemGuard"));
        using IHost host = builder.Build();

        await host.StartAsync();
        await host.StopAsync();

        FakeLogRecord line = Assert.Single(lines.GetSnapshot(), static line => line.Id.Id == 2007);
        Assert.Equal(LogLevel.Warning, line.Level);
        Assert.Contains("MemGuard:Senstivity is no option and has no effect. Did you mean Sensitivity?", line.Message, StringComparison.Ordinal);
    }

    private static IEnumerable<UnknownOption> Find(string key)
    {
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new KeyValuePair<string, string?>(key, "1")]).Build();
        return UnknownOptions.Find(new OptionsSection(configuration.GetSection("MemGuard"), "MemGuard"));
    }
}
