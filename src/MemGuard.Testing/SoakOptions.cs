namespace MemGuard.Testing;

/// <summary>How a soak test is run.</summary>
public sealed class SoakOptions
{
    /// <summary>Calls of the scenario at once. All of them have ended when memory is measured.</summary>
    /// <value>The default is 1. Must be from 1 to 1,000.</value>
    public int Concurrency { get; set; } = 1;

    /// <summary>The most calls of the scenario. A stable one stops far earlier.</summary>
    /// <value>The default is 20,000. Must be at least 100; below 1,000 none is called growing, since a pool that fills looks the same.</value>
    public int MaxIterations { get; set; } = 20_000;

    /// <summary>The longest that the run takes, apart from its last calls.</summary>
    /// <value>The default is 1 minute. Must be from 1 second to 1 day.</value>
    public TimeSpan MaxDuration { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Growth for each call that counts as none.</summary>
    /// <value>The default is 8 bytes: less than any object. Must be from 0 to 1 GiB.</value>
    public double TolerancePerIteration { get; set; } = 8;

    /// <summary>Whether the holder of the growth is looked for where memory grows or the points do not decide. Takes four heap snapshots.</summary>
    /// <value>The default is <see langword="true"/>.</value>
    public bool NameHolders { get; set; } = true;

    /// <summary>Whether an undecided soak fails <see cref="MemoryAssert.IsStable"/> even where no holder was found.</summary>
    /// <value>The default is <see langword="false"/>: it passes, and the result's notes say why nothing could be decided.</value>
    public bool RequireVerdict { get; set; }

    /// <summary>Hears, ten seconds apart at most, how far the run has come. What it throws ends the run.</summary>
    /// <value>The default is null.</value>
    public Action<string>? Progress { get; set; }

    internal void Validate()
    {
        Check(nameof(Concurrency), Concurrency, 1, 1_000);
        Check(nameof(MaxIterations), MaxIterations, 100, int.MaxValue);
        Check(nameof(TolerancePerIteration), TolerancePerIteration, 0, 1 << 30);
        if (MaxDuration < TimeSpan.FromSeconds(1) || MaxDuration > TimeSpan.FromDays(1))
        {
            throw new ArgumentOutOfRangeException(nameof(MaxDuration), MaxDuration, "MaxDuration must be from 1 second to 1 day.");
        }
    }

    private static void Check(string name, double value, double least, double most)
    {
        if (!(value >= least && value <= most))
        {
            throw new ArgumentOutOfRangeException(name, value, FormattableString.Invariant($"{name} must be from {least:N0} to {most:N0}."));
        }
    }
}
