namespace MemGuard.Bounded;

/// <summary>How much of a <see cref="Batch"/> may be under way at once.</summary>
/// <typeparam name="T">The type of the items.</typeparam>
public sealed class BatchOptions<T>
{
    /// <summary>The name in metrics.</summary>
    /// <value>The default is <c>batch</c>. Must not be empty.</value>
    public string Name { get; set; } = "batch";

    /// <summary>The most items whose body runs at once.</summary>
    /// <value>The default is the number of processors. Must be positive.</value>
    public int MaxConcurrency { get; set; } = Environment.ProcessorCount;

    /// <summary>The most items drawn from the source whose result has not been taken yet: how far fast items may run ahead of a slow one in ordered results.</summary>
    /// <value>The default is null: four times <see cref="MaxConcurrency"/>. At least <see cref="MaxConcurrency"/>. Used by <c>SelectAsync</c> only.</value>
    public int? MaxItemsInFlight { get; set; }

    /// <summary>The most weight whose body runs at once, in the unit of <see cref="Weigher"/>, usually bytes.</summary>
    /// <value>The default is null: no bound. Must be positive, and needs a weigher. A heavier single item fails the batch.</value>
    public long? MaxWeightInFlight { get; set; }

    /// <summary>The weight of an item. Called once for each item, one at a time.</summary>
    /// <value>The default is null: items are counted only. Must return zero or more.</value>
    public Func<T, long>? Weigher { get; set; }

    /// <summary>Whether <c>SelectAsync</c> gives results in the order of the source rather than as they come.</summary>
    /// <value>The default is true.</value>
    public bool KeepsOrder { get; set; } = true;

    internal int EffectiveMaxItemsInFlight => MaxItemsInFlight ?? (int)Math.Min(4L * MaxConcurrency, int.MaxValue);

    internal void Validate()
    {
        if (string.IsNullOrWhiteSpace(Name))
        {
            throw new ArgumentException($"{nameof(Name)} must not be empty.", nameof(Name));
        }

        if (MaxConcurrency <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxConcurrency), MaxConcurrency, $"{nameof(MaxConcurrency)} of batch '{Name}' must be positive.");
        }

        if (MaxItemsInFlight < MaxConcurrency)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxItemsInFlight), MaxItemsInFlight, $"{nameof(MaxItemsInFlight)} of batch '{Name}' must be at least {nameof(MaxConcurrency)} ({MaxConcurrency}).");
        }

        if (MaxWeightInFlight <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(MaxWeightInFlight), MaxWeightInFlight, $"{nameof(MaxWeightInFlight)} of batch '{Name}' must be positive, or null for no bound.");
        }

        if (MaxWeightInFlight is not null && Weigher is null)
        {
            throw new ArgumentException($"{nameof(MaxWeightInFlight)} of batch '{Name}' needs a {nameof(Weigher)}.", nameof(MaxWeightInFlight));
        }
    }
}
