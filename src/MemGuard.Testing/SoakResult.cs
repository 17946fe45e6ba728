using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MemGuard.Testing;

/// <summary>The outcome of a soak test.</summary>
/// <remarks>Immutable. Growth is in bytes of live managed heap.</remarks>
public sealed record SoakResult
{
    /// <summary>Version of the JSON.</summary>
    public int Schema { get; init; } = 1;

    /// <summary>The verdict.</summary>
    public required SoakVerdict Verdict { get; init; }

    /// <summary>Growth for each call of the scenario, over the second half of the points.</summary>
    public required double GrowthPerIteration { get; init; }

    /// <summary>Lower end of its interval at 99 %.</summary>
    public required double GrowthPerIterationLow { get; init; }

    /// <summary>Upper end of its interval at 99 %.</summary>
    public required double GrowthPerIterationHigh { get; init; }

    /// <summary>What counts as no growth.</summary>
    public required double Tolerance { get; init; }

    /// <summary>Growth for each call that this run would have seen.</summary>
    public required double SmallestDetectableGrowth { get; init; }

    /// <summary>The measurements, oldest first.</summary>
    public required IReadOnlyList<SoakPoint> Points { get; init; }

    /// <summary>Calls of the scenario.</summary>
    public required long Iterations { get; init; }

    /// <summary>How long it took.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>The call from which on memory was judged: what came before is warm-up.</summary>
    public required long WarmUpEnd { get; init; }

    /// <summary>What stays behind with every call; empty where it was not looked for or nothing was found.</summary>
    public IReadOnlyList<GrowingPath> Holders { get; init; } = [];

    /// <summary>What else should be known: why nothing was decided, why no holder was named, what disturbed.</summary>
    public IReadOnlyList<string> Notes { get; init; } = [];

    /// <summary>Where it ran: runtime, garbage collector, processors.</summary>
    public required string Environment { get; init; }

    /// <summary>Whether an undecided run fails the assertion.</summary>
    public bool RequiresVerdict { get; init; }

    /// <summary>Growth in an hour at the speed of this run.</summary>
    public double GrowthPerHour => Duration > TimeSpan.Zero ? GrowthPerIteration * Iterations / Duration.TotalHours : 0;

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="InvalidDataException">It is no soak result, or of a newer version.</exception>
    public static SoakResult Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            SoakResult result = JsonSerializer.Deserialize(File.ReadAllBytes(path), SoakJson.Default.SoakResult) ?? throw new InvalidDataException($"'{path}' is empty.");
            return result.Schema == 1 ? result : throw new InvalidDataException($"'{path}' has version {result.Schema}; this version of MemGuard.Testing reads 1.");
        }
        catch (JsonException exception)
        {
            throw new InvalidDataException($"'{path}' is no soak result: {exception.Message}", exception);
        }
    }

    /// <summary>Writes the result as JSON, for a CI artefact or as the baseline of later runs. An existing file is replaced.</summary>
    /// <param name="path">The file.</param>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        using FileStream stream = new(path, FileMode.Create);
        JsonSerializer.Serialize(stream, this, SoakJson.Default.SoakResult);
    }

    /// <summary>Compares with a recorded run: the difference of the two slopes, and not of two end values.</summary>
    /// <param name="baseline">The recorded run.</param>
    /// <returns>The difference in bytes for each call, with its interval at 99 %; growth is worse when its lower end is above the tolerance.</returns>
    public SoakComparison CompareTo(SoakResult baseline)
    {
        ArgumentNullException.ThrowIfNull(baseline);
        double half = Math.Sqrt(Square(HalfWidth(this)) + Square(HalfWidth(baseline)));
        double difference = GrowthPerIteration - baseline.GrowthPerIteration;
        return new SoakComparison(difference, difference - half, difference + half, Math.Max(Tolerance, baseline.Tolerance));

        static double HalfWidth(SoakResult result) => (result.GrowthPerIterationHigh - result.GrowthPerIterationLow) / 2;
        static double Square(double value) => value * value;
    }

    /// <summary>The result for people.</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        string figures = string.Create(CultureInfo.InvariantCulture, $"{GrowthPerIteration:+#,0.#;-#,0.#;0} B an iteration ({GrowthPerIterationLow:#,0.#} to {GrowthPerIterationHigh:#,0.#} at 99 %)");
        text.Append(Verdict switch
        {
            SoakVerdict.Growing => string.Create(CultureInfo.InvariantCulture, $"Memory grows: {figures}, steady from iteration {WarmUpEnd:N0} to {Iterations:N0}; it does not level off."),
            SoakVerdict.Stable => string.Create(CultureInfo.InvariantCulture, $"Memory is stable: {figures} over {Iterations:N0} iterations; growth of {SmallestDetectableGrowth:0.#} B an iteration would have been seen."),
            _ => string.Create(CultureInfo.InvariantCulture, $"Undecided: {figures} over {Iterations:N0} iterations; growth below {SmallestDetectableGrowth:0.#} B an iteration cannot be told from noise here."),
        });
        text.Append(CultureInfo.InvariantCulture, $"\n  live heap after full collections, KB: {SoakChart.Draw(Points)}   tolerance {Tolerance:0.#} B/iteration");
        foreach (GrowingPath holder in Holders)
        {
            text.Append("\n  ").Append(holder);
        }

        foreach (string note in Notes)
        {
            text.Append("\n  Note: ").Append(note);
        }

        return text.ToString();
    }
}
