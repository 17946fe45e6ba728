using System.Globalization;
using System.Runtime.CompilerServices;
using MemGuard.Evidence;
using MemGuard.Trends;
using MemGuard.Triage;
using Microsoft.Extensions.Options;

namespace MemGuard;

/// <summary>Checks every option against its range. Each failure names the option, the value and what is allowed.</summary>
internal sealed class MemGuardOptionsValidator : IValidateOptions<MemGuardOptions>
{
    private const long MiB = 1024 * 1024;

    public ValidateOptionsResult Validate(string? name, MemGuardOptions options)
    {
        if (!options.Enabled)
        {
            return ValidateOptionsResult.Skip;
        }

        List<string> failures = [];
        Check(failures, nameof(options.SamplingInterval), options.SamplingInterval, TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1));
        Check(failures, nameof(options.CpuBudgetPercentage), options.CpuBudgetPercentage ?? 100, 0.01, 100);
        Check(failures, nameof(options.WarmUp), options.WarmUp, TimeSpan.Zero, TimeSpan.FromDays(1));
        Check(failures, nameof(options.MinimumGrowthBytes), options.MinimumGrowthBytes, 0, 1024 * 1024 * MiB);
        Check(failures, nameof(options.MinimumGrowthRatio), options.MinimumGrowthRatio, 0, 10);
        Check(failures, nameof(options.Horizon), options.Horizon, TimeSpan.FromHours(1), TimeSpan.FromDays(365));
        Check(failures, nameof(options.MemoryLimitBytes), options.MemoryLimitBytes ?? long.MaxValue, 16 * MiB, long.MaxValue);
        Check(failures, nameof(options.AlertCooldown), options.AlertCooldown, TimeSpan.Zero, TimeSpan.FromDays(30));
        Check(failures, nameof(options.Rearm), options.Rearm, TimeSpan.FromMinutes(1), TimeSpan.FromDays(30));
        Check(failures, nameof(options.EvidenceTimeout), options.EvidenceTimeout, TimeSpan.Zero, TimeSpan.FromMinutes(10));
        Check(failures, nameof(options.HandlerTimeout), options.HandlerTimeout, TimeSpan.FromMilliseconds(100), TimeSpan.FromMinutes(10));
        Check(failures, nameof(options.RecordMaxFileBytes), options.RecordMaxFileBytes, 64 * 1024, 1024 * MiB);
        Check(failures, nameof(options.RecordMaxFiles), options.RecordMaxFiles, 1, 100);
        Check(failures, "Thresholds:GCPausePercentage", options.Thresholds.GCPausePercentage, 5, 90);
        Check(failures, "Thresholds:HeapLimitRatio", options.Thresholds.HeapLimitRatio, 0.5, 1);
        Check(failures, "Thresholds:NearLimitRatio", options.Thresholds.NearLimitRatio, 0.5, 1);
        Check(failures, "Probe:MaxPause", options.Probe.MaxPause, TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        if (!Enum.IsDefined(options.Sensitivity))
        {
            failures.Add($"MemGuard:Sensitivity is {options.Sensitivity}; it must be one of {string.Join(", ", Enum.GetNames<Sensitivity>())}.");
        }

        if (!Enum.IsDefined(options.LogGarbageCollections))
        {
            failures.Add($"MemGuard:LogGarbageCollections is {options.LogGarbageCollections}; it must be one of {string.Join(", ", Enum.GetNames<GarbageCollectionLogging>())}.");
        }

        foreach (MemoryProblem problem in options.IgnoredProblems)
        {
            if (!Enum.IsDefined(problem) || problem == MemoryProblem.None)
            {
                failures.Add($"MemGuard:IgnoredProblems contains {problem}; it may contain {string.Join(", ", Enum.GetNames<MemoryProblem>().Skip(1))}.");
            }
        }

        if (options.RecordTo is { } directory && string.IsNullOrWhiteSpace(directory))
        {
            failures.Add("MemGuard:RecordTo is empty; it must be null or the path of a directory.");
        }

        if (options.HelpLinkBase is { } address && !IsWebAddress(address))
        {
            failures.Add($"MemGuard:HelpLinkBase is '{address}'; it must be null or an absolute address of http or https.");
        }

        if (options.BlackBoxDirectory is { } blackBox && string.IsNullOrWhiteSpace(blackBox))
        {
            failures.Add("MemGuard:BlackBoxDirectory is empty; it must be null or the path of a directory.");
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // By itself: the assembly of addresses is not loaded where none is set.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool IsWebAddress(string address) => Uri.TryCreate(address, UriKind.Absolute, out Uri? link) && link.Scheme is "https" or "http";

    // Written so that NaN fails.
    private static void Check<T>(List<string> failures, string option, T value, T least, T most)
        where T : IComparable<T>, IFormattable
    {
        if (value.CompareTo(least) >= 0 && value.CompareTo(most) <= 0)
        {
            return;
        }

        string Text(T number) => number.ToString(null, CultureInfo.InvariantCulture);
        failures.Add($"MemGuard:{option} is {Text(value)}; it must be from {Text(least)} to {Text(most)}.");
    }
}
