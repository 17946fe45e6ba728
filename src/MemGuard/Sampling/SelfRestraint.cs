using System.Runtime.CompilerServices;
using MemGuard.Costs;
using Microsoft.Extensions.Logging;

namespace MemGuard.Sampling;

/// <summary>Applies the budget: what is dear is read less often, then samples are taken less often, and each step is said once.</summary>
/// <remarks>For the sampling thread; the tier may be read from any, and the budget set by any.</remarks>
internal sealed class SelfRestraint(OwnCosts costs, MemorySampler sampler, SamplingLoop loop, TimeSpan interval, ILogger logger)
{
    /// <summary>How much rarer the slow readings become.</summary>
    public const int Stretch = 6;

    /// <summary>How much rarer samples become.</summary>
    public const int SampleStretch = 10;

    /// <summary>An interval that is this long already is not stretched: a limit would be reached between two samples.</summary>
    private static readonly TimeSpan LongestInterval = TimeSpan.FromMinutes(1);

    private readonly CostBudget _budget = new();

    // Written with the options, read with every sample. NaN: none.
    private double _percentage = double.NaN;
    private volatile int _tier;

    public CostTier Tier => (CostTier)_tier;

    /// <summary>The budget in percent of a core; null for none.</summary>
    public double? Percentage
    {
        get => Volatile.Read(ref _percentage) is var percentage && double.IsNaN(percentage) ? null : percentage;
        set => Volatile.Write(ref _percentage, value ?? double.NaN);
    }

    /// <summary>Takes note of a sample. Allocates nothing while the tier stays.</summary>
    [MethodImpl(EverySample.Compiled)]
    public void Update(in MemorySample sample)
    {
        // Snapshots and alerts have budgets of their own, and fewer samples would not make them cheaper.
        TimeSpan? used = costs.GetProcessorTime(CostPart.Sampling) + costs.GetProcessorTime(CostPart.Recording);
        if (_budget.Update(sample.Elapsed, used, Percentage))
        {
            Apply(_budget.Tier);
        }
    }

    private void Apply(CostTier tier)
    {
        bool isLowered = tier > Tier;
        _tier = (int)tier;
        sampler.Stretch = tier >= CostTier.FewerReadings ? Stretch : 1;
        TimeSpan stretched = interval * SampleStretch < LongestInterval ? interval * SampleStretch : interval > LongestInterval ? interval : LongestInterval;
        loop.Interval = tier >= CostTier.FewerSamples ? stretched : interval;
        double minutes = CostBudget.Window.TotalMinutes;
        if (!isLowered)
        {
            Log.TierRaised(logger, _budget.LastPercentage, Describe(tier, loop.Interval));
        }
        else
        {
            Log.TierLowered(logger, _budget.LastPercentage, minutes, Percentage ?? 0, Describe(tier, loop.Interval));
        }
    }

    private static string Describe(CostTier tier, TimeSpan interval) => tier switch
    {
        CostTier.Full => "everything is read as the options say",
        CostTier.FewerReadings => FormattableString.Invariant($"the container, the ledger and the assemblies are read {Stretch} times less often"),
        _ => FormattableString.Invariant($"a sample is taken every {interval.TotalSeconds:0.#} s"),
    };
}
