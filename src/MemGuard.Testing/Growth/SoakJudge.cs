namespace MemGuard.Testing;

/// <summary>Judges the points of a soak test. Only their second half counts, so that the warm-up falls out by itself as they become more.</summary>
/// <remarks>
/// Its error rates on simulated soaks are held by a test: SoakJudgeTests.
/// </remarks>
internal static class SoakJudge
{
    /// <summary>Points before the first look.</summary>
    public const int LeastPoints = 24;

    /// <summary>Below this a pool or a ring that fills cannot be told from a leak.</summary>
    public const int LeastIterationsToGrow = 1_000;

    private const int Blocks = 6;
    private const int LeastRisingSteps = 4;
    private const double ClearSlope = 1.5;
    private const double LeastLateSlope = 0.5;

    /// <summary>Whether the points so far say that memory is stable. Two looks in a row must say so.</summary>
    public static bool LooksStable(IReadOnlyList<SoakPoint> points, double tolerance)
    {
        Half half = Half.Of(points);
        if (half.Line.High <= tolerance)
        {
            return true;
        }

        int rising = half.Steps.Count(static step => step > 0);
        return rising <= 1 && half.GrowthWithoutLargestStep <= tolerance;
    }

    /// <summary>The verdict when the budget is spent: growing only here, since what stops early mistakes rings and caches that fill.</summary>
    public static SoakVerdict Conclude(IReadOnlyList<SoakPoint> points, double tolerance)
    {
        if (points.Count < LeastPoints)
        {
            return SoakVerdict.Undecided;
        }

        if (LooksStable(points, tolerance))
        {
            return SoakVerdict.Stable;
        }

        Half half = Half.Of(points);
        int rising = half.Steps.Count(static step => step > 0);
        bool isCertain = half.Line.Low > tolerance || (half.Line.Slope > ClearSlope * tolerance && half.RisingFloors >= LeastRisingSteps);
        bool isGrowing = isCertain
            && points[^1].Iteration >= LeastIterationsToGrow
            && rising >= LeastRisingSteps
            && half.GrowthWithoutLargestStep > tolerance
            && half.LateSlopeRatio >= LeastLateSlope;
        return isGrowing ? SoakVerdict.Growing : SoakVerdict.Undecided;
    }

    /// <summary>The growth whose lower bound would be over the tolerance at this noise. Steps upwards widen the other end of the interval only.</summary>
    public static double SmallestDetectable(Half half, double tolerance) =>
        double.IsFinite(half.Line.Low) ? tolerance + half.Line.Slope - half.Line.Low : tolerance;

    /// <summary>The judged half of the points and what is read from it.</summary>
    internal sealed class Half
    {
        public required RobustLine Line { get; init; }

        public required long Start { get; init; }

        /// <summary>From the median of each sixth to that of the next.</summary>
        public required double[] Steps { get; init; }

        /// <summary>Sixths whose lowest point is above that of the one before.</summary>
        public required int RisingFloors { get; init; }

        /// <summary>Growth for each iteration when its largest step is left out: single steps come at any time.</summary>
        public required double GrowthWithoutLargestStep { get; init; }

        /// <summary>Slope of the last quarter of all points over that of the one before.</summary>
        public required double LateSlopeRatio { get; init; }

        public static Half Of(IReadOnlyList<SoakPoint> points)
        {
            int start = points.Count / 2;
            double[] x = [.. points.Skip(start).Select(static point => (double)point.Iteration)];
            double[] y = [.. points.Skip(start).Select(static point => (double)point.LiveBytes)];
            double[] medians = new double[Blocks];
            double[] floors = new double[Blocks];
            for (int block = 0; block < Blocks; block++)
            {
                ReadOnlySpan<double> values = y.AsSpan((block * y.Length / Blocks)..((block + 1) * y.Length / Blocks));
                medians[block] = values.IsEmpty ? double.NaN : RobustLine.Median(values);
                floors[block] = values.IsEmpty ? double.NaN : Least(values);
            }

            double[] steps = [.. Enumerable.Range(1, Blocks - 1).Select(block => medians[block] - medians[block - 1])];

            // From the middle of the first sixth to the middle of the last.
            double span = Math.Max(1, (x.Length > 0 ? x[^1] - x[0] : 0) * (Blocks - 1.0) / Blocks);
            int middle = y.Length / 2;
            double early = RobustLine.Through(x.AsSpan(0, middle), y.AsSpan(0, middle)).Slope;
            double late = RobustLine.Through(x.AsSpan(middle), y.AsSpan(middle)).Slope;
            return new Half
            {
                Line = RobustLine.Through(x, y),
                Start = points.Count > 0 ? points[start].Iteration : 0,
                Steps = steps,
                RisingFloors = Enumerable.Range(1, Blocks - 1).Count(block => floors[block] > floors[block - 1]),
                GrowthWithoutLargestStep = (steps.Sum() - steps.Max()) / span,
                LateSlopeRatio = early > 0 ? late / early : late > 0 ? double.PositiveInfinity : 0,
            };
        }

        private static double Least(ReadOnlySpan<double> values)
        {
            double least = values[0];
            foreach (double value in values)
            {
                least = Math.Min(least, value);
            }

            return least;
        }
    }
}
