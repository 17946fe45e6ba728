namespace MemGuard.Testing.Tests.Growth;

/// <summary>Soaks drawn after recordings of healthy services and of leaks: live bytes at each of a hundred points.</summary>
internal static class SimulatedSoak
{
    private const int Points = 100;
    private const int Batch = 200;

    /// <summary>What memory does that nobody would call a leak.</summary>
    public static IReadOnlyDictionary<string, Func<Random, double, double>> Healthy { get; } = new Dictionary<string, Func<Random, double, double>>
    {
        ["flat"] = static (_, _) => 0,
        ["warm-up of 30 B for 250 calls"] = static (_, iteration) => 30 * Math.Min(iteration, 250),
        ["ring of 1,024"] = static (_, iteration) => 32 * Math.Min(iteration, 1_024),
        ["ring of 4,096"] = static (_, iteration) => 32 * Math.Min(iteration, 4_096),
        ["cache of random keys"] = static (_, iteration) => 1_500 * 200 * (1 - Math.Exp(-iteration / 1_500)),
        ["values of random size"] = static (random, _) => 6_000 * ((2 * random.NextDouble()) - 1),
        ["a wave of expiring entries"] = static (_, iteration) => 40_000 * (iteration % 3_000 / 3_000),
    };

    public static IReadOnlyList<SoakPoint> Draw(int seed, Func<Random, double, double> shape, double bytesAnIteration = 0)
    {
        Random random = new(seed);
        List<SoakPoint> points = [];
        double steps = 0;
        for (int i = 1; i <= Points; i++)
        {
            // Single steps come at any time: tiering, types, arrays that grow.
            steps += random.NextDouble() < 0.02 ? 1_400 * Math.Exp(random.NextDouble() * 4) : 0;
            double noise = random.NextDouble() < 0.6 ? 0 : 1_200 * random.NextDouble();
            double iteration = i * Batch;
            points.Add(new SoakPoint(i * Batch, TimeSpan.FromMilliseconds(i * 50), (long)(5_000_000 + shape(random, iteration) + steps + noise + (bytesAnIteration * iteration))));
        }

        return points;
    }
}
