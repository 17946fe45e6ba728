using System.Globalization;
using System.Text.Json;
using MemGuard.Tool.Tests.Support;

namespace MemGuard.Tool.Tests.Commands;

/// <summary>Commands that look at processes without touching them.</summary>
public sealed class ProcessCommandTests : IDisposable
{
    private readonly Folder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Ps_Json_HasEachProcessWithItsFigures()
    {
        using Target target = Target.Start(_folder.Combine("end"));

        using Invocation ps = await Invocation.RunAsync("ps", "--json");
        target.End();

        using JsonDocument list = JsonDocument.Parse(ps.Output);
        JsonElement row = list.RootElement.EnumerateArray().Single(row => row.GetProperty("pid").GetInt32().ToString(CultureInfo.InvariantCulture) == target.Id);
        Assert.Equal("HookApp", row.GetProperty("application").GetString());
        Assert.StartsWith("10.", row.GetProperty("runtime").GetString(), StringComparison.Ordinal);
        Assert.True(row.GetProperty("workingSetBytes").GetInt64() > 1 << 20);
        Assert.False(row.GetProperty("hasMemGuard").GetBoolean());
    }

    [Fact]
    public async Task Advise_OfAnotherProcess_JudgesItsGroup()
    {
        using Invocation own = await Invocation.RunAsync("advise", "--json");
        using Invocation other = await Invocation.RunAsync("advise", "--json", "--pid", Environment.ProcessId.ToString(CultureInfo.InvariantCulture));

        using JsonDocument mine = JsonDocument.Parse(own.Output);
        using JsonDocument its = JsonDocument.Parse(other.Output);
        Assert.Equal((0, 0), (own.Code, other.Code));
        Assert.Equal(mine.RootElement.GetProperty("memoryLimitBytes").GetRawText(), its.RootElement.GetProperty("memoryLimitBytes").GetRawText());
        Assert.All(its.RootElement.GetProperty("findings").EnumerateArray(), static finding => Assert.NotEmpty(finding.GetProperty("fact").GetString()!));
    }
}
