using MemGuard.Evidence;

namespace MemGuard.Tests.Evidence.Reports;

public sealed class ReportEnvironmentTests
{
    [Theory]
    [InlineData("DOTNET_GCHeapHardLimit", "0x18800000", "0x18800000")]
    [InlineData("DOTNET_gcServer", "1", "1")]
    [InlineData("DOTNET_TieredPGO", "true", "true")]
    [InlineData("MALLOC_ARENA_MAX", "2", "2")]
    [InlineData("DOTNET_GCName", "/opt/secret/libgc.so", null)]
    [InlineData("DOTNET_GCHeapAffinitizeRanges", "0-1", null)]
    [InlineData("DOTNET_gcSecret", "123456789012345678901234567890", null)]
    [InlineData("ASPNETCORE_Kestrel__Certificates__Default__Password", "1234", null)]
    [InlineData("MEMGUARD_DISABLED", "0", null)]
    public void Read_Allowed_HasTheNameAndAFigureOnly(string name, string value, string? shown)
    {
        (System.Text.Json.JsonEncodedText Name, System.Text.Json.JsonEncodedText? Value) variable = Assert.Single(ReportEnvironment.Read(new Dictionary<string, string> { [name] = value }));

        Assert.Equal(name, variable.Name.ToString());
        Assert.Equal(shown, variable.Value?.ToString());
    }

    [Theory]
    [InlineData("PATH")]
    [InlineData("ConnectionStrings__Default")]
    [InlineData("AWS_SECRET_ACCESS_KEY")]
    [InlineData("DOTNET_a secret=in the name")]
    public void Read_Others_AreNotThere(string name) => Assert.Empty(ReportEnvironment.Read(new Dictionary<string, string> { [name] = "1" }));
}
