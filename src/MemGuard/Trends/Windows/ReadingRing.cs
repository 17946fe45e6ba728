using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>The last readings of a series, one entry each.</summary>
internal struct ReadingRing
{
    public const int Capacity = BucketRing.Capacity;

    private Readings _readings;
    private int _next;

    public int Count { get; private set; }

    public readonly double LastTime => Count == 0 ? double.NegativeInfinity : this[Count - 1].Time;

    public readonly double LastValue => Count == 0 ? double.NaN : this[Count - 1].Value;

    public readonly Reading this[int i] => At(i);

    public void Add(double time, double value, double load)
    {
        _readings[_next] = new Reading(time, value, load);
        _next = (_next + 1) % Capacity;
        Count = Math.Min(Count + 1, Capacity);
    }

    public void Clear() => Count = _next = 0;

    /// <summary>Lowest value, and by how much the highest after some value lies above it.</summary>
    public readonly (double Lowest, double Rise) LargestRise()
    {
        double lowest = double.PositiveInfinity;
        double rise = 0;
        for (int i = 0; i < Count; i++)
        {
            double value = At(i).Value;
            lowest = Math.Min(lowest, value);
            rise = Math.Max(rise, value - lowest);
        }

        return (lowest, rise);
    }

    /// <summary>Copies the readings not before <paramref name="since"/>, oldest first; returns how many.</summary>
    public readonly int CopySince(double since, GrowthPoints points)
    {
        int count = 0;
        for (int i = 0; i < Count; i++)
        {
            Reading reading = At(i);
            if (reading.Time >= since)
            {
                Put(reading, points, count++);
            }
        }

        return count;
    }

    /// <summary>
    /// The newest <paramref name="length"/> readings as a window of the lowest in each twenty-fourth of their span: collections come
    /// in clumps. The readings before them come as they are.
    /// </summary>
    public readonly GrowthWindow Window(int length, GrowthPoints points)
    {
        int start = Count - length;
        double width = (LastTime - this[start].Time) / BucketRing.WindowBuckets;
        int count = 0;
        double bucketEnd = double.NegativeInfinity;
        for (int i = 0; i < Count; i++)
        {
            Reading reading = At(i);
            bool opens = i <= start || reading.Time >= bucketEnd;
            if (opens)
            {
                bucketEnd = reading.Time + width;
                count++;
            }

            if (opens || reading.Value < points.Floors[count - 1])
            {
                Put(reading, points, count - 1);
            }
        }

        points.Witnesses.Fill(double.NaN);
        points.Managed.Fill(double.NaN);
        points.Collections.Fill(double.NaN);
        return new GrowthWindow(points, start, count);
    }

    private static void Put(in Reading reading, GrowthPoints points, int index)
    {
        points.Times[index] = reading.Time;
        points.Floors[index] = reading.Value;
        points.Loads[index] = reading.Load;
    }

    [UnscopedRef]
    private readonly ref readonly Reading At(int i) => ref _readings[(_next - Count + i + Capacity) % Capacity];

    internal readonly record struct Reading(double Time, double Value, double Load);

    [InlineArray(Capacity)]
    private struct Readings
    {
        private Reading _first;
    }
}
