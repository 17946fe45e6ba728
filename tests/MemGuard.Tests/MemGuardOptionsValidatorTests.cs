using MemGuard.Trends;
using MemGuard.Triage;
using Microsoft.Extensions.Options;

namespace MemGuard.Tests;

public class MemGuardOptionsValidatorTests
{
    private readonly MemGuardOptionsValidator _validator = new();

    [Fact]
    public void Validate_Defaults_Succeed() => Assert.True(_validator.Validate(null, new MemGuardOptions()).Succeeded);

    [Fact]
    public void Validate_BadInterval_NamesOptionValueAndRange()
    {
        ValidateOptionsResult result = _validator.Validate(null, new MemGuardOptions { SamplingInterval = TimeSpan.FromMilliseconds(5) });

        Assert.Equal("MemGuard:SamplingInterval is 00:00:00.0050000; it must be from 00:00:00.1000000 to 01:00:00.", Assert.Single(result.Failures!));
    }

    public static TheoryData<string, Action<MemGuardOptions>> BadValues => new()
    {
        { "CpuBudgetPercentage", static options => options.CpuBudgetPercentage = 0 },
        { "CpuBudgetPercentage", static options => options.CpuBudgetPercentage = double.NaN },
        { "WarmUp", static options => options.WarmUp = TimeSpan.FromSeconds(-1) },
        { "Sensitivity", static options => options.Sensitivity = (Sensitivity)99 },
        { "MinimumGrowthBytes", static options => options.MinimumGrowthBytes = -1 },
        { "MinimumGrowthRatio", static options => options.MinimumGrowthRatio = double.NaN },
        { "Horizon", static options => options.Horizon = TimeSpan.Zero },
        { "MemoryLimitBytes", static options => options.MemoryLimitBytes = 512 },
        { "AlertCooldown", static options => options.AlertCooldown = TimeSpan.FromSeconds(-1) },
        { "Rearm", static options => options.Rearm = TimeSpan.Zero },
        { "EvidenceTimeout", static options => options.EvidenceTimeout = Timeout.InfiniteTimeSpan },
        { "HandlerTimeout", static options => options.HandlerTimeout = TimeSpan.Zero },
        { "RecordTo", static options => options.RecordTo = " " },
        { "RecordMaxFileBytes", static options => options.RecordMaxFileBytes = 1 },
        { "RecordMaxFiles", static options => options.RecordMaxFiles = 0 },
        { "Thresholds:GCPausePercentage", static options => options.Thresholds.GCPausePercentage = 100 },
        { "Thresholds:HeapLimitRatio", static options => options.Thresholds.HeapLimitRatio = 1.1 },
        { "Thresholds:NearLimitRatio", static options => options.Thresholds.NearLimitRatio = double.NaN },
        { "IgnoredProblems", static options => options.IgnoredProblems.Add(MemoryProblem.None) },
    };

    [Theory]
    [MemberData(nameof(BadValues))]
    public void Validate_BadValue_FailsOnceAndNamesTheOption(string option, Action<MemGuardOptions> spoil)
    {
        MemGuardOptions options = new();
        spoil(options);

        ValidateOptionsResult result = _validator.Validate(null, options);

        Assert.StartsWith("MemGuard:" + option + " ", Assert.Single(result.Failures!), StringComparison.Ordinal);
    }
}
