namespace DetectorEvaluation.Simulation;

internal static class RandomExtensions
{
    public static double Normal(this Random random)
    {
        double u = 1 - random.NextDouble();
        return Math.Sqrt(-2 * Math.Log(u)) * Math.Cos(2 * Math.PI * random.NextDouble());
    }

    public static double Between(this Random random, double low, double high) => low + ((high - low) * random.NextDouble());

    public static double LogBetween(this Random random, double low, double high) => low * Math.Pow(high / low, random.NextDouble());

    public static T Pick<T>(this Random random, params ReadOnlySpan<T> choices) => choices[random.Next(choices.Length)];
}
