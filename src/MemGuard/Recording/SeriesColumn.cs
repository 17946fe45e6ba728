using System.Globalization;
using MemGuard.Sampling;

namespace MemGuard.Recording;

/// <summary>One column of a recorded series: how its field becomes a property of the sample, and back.</summary>
/// <param name="name">The name in the header.</param>
internal abstract class SeriesColumn(string name)
{
    public delegate T? Get<T>(in MemorySample sample)
        where T : struct;

    public delegate MemorySample Set<T>(in MemorySample sample, T value)
        where T : struct;

    public string Name => name;

    /// <summary>Puts a field that is not empty into the sample.</summary>
    /// <returns>What is wrong with the field, for a person; null when nothing is.</returns>
    public abstract string? Parse(ReadOnlySpan<char> field, ref MemorySample sample);

    /// <summary>Writes the field in UTF-8; nothing when the sample does not know it.</summary>
    /// <returns>The number of bytes written.</returns>
    public abstract int Format(in MemorySample sample, Span<byte> target);

    /// <summary>Sizes and counters, 0 to <paramref name="max"/>.</summary>
    public sealed class WholeNumber(string name, Get<long> get, Set<long> set, long max = long.MaxValue) : SeriesColumn(name)
    {
        /// <summary>Whether a reading below zero, which some runtimes give now and then, counts as zero instead of as an error.</summary>
        public bool ClampsNegative { get; init; }

        public override string? Parse(ReadOnlySpan<char> field, ref MemorySample sample)
        {
            // Table tools write whole numbers as 12.0 or 1.2E+09 once a column has an empty field.
            if (!long.TryParse(field, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long value))
            {
                if (!decimal.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal real))
                {
                    return "is not a number in range";
                }

                if (real < long.MinValue || real > long.MaxValue)
                {
                    return "is out of range";
                }

                value = (long)decimal.Round(real);
            }

            if (value < 0 && ClampsNegative)
            {
                value = 0;
            }

            if (value < 0 || value > max)
            {
                return "is out of range";
            }

            sample = set(sample, value);
            return null;
        }

        public override int Format(in MemorySample sample, Span<byte> target)
        {
            int written = 0;
            _ = get(sample)?.TryFormat(target, out written, default, CultureInfo.InvariantCulture);
            return written;
        }
    }

    /// <summary>Times, in decimals of a unit, not negative.</summary>
    public sealed class Duration(string name, long ticksPerUnit, Get<TimeSpan> get, Set<TimeSpan> set) : SeriesColumn(name)
    {
        public override string? Parse(ReadOnlySpan<char> field, ref MemorySample sample)
        {
            if (!decimal.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal value))
            {
                return "is not a number in range";
            }

            if (value < 0 || value > (decimal)long.MaxValue / ticksPerUnit)
            {
                return "is out of range";
            }

            sample = set(sample, TimeSpan.FromTicks((long)decimal.Round(value * ticksPerUnit)));
            return null;
        }

        public override int Format(in MemorySample sample, Span<byte> target)
        {
            int written = 0;
            if (get(sample) is TimeSpan time)
            {
                _ = ((decimal)time.Ticks / ticksPerUnit).TryFormat(target, out written, "0.#######", CultureInfo.InvariantCulture);
            }

            return written;
        }
    }

    /// <summary>Numbers that need not be whole, not negative.</summary>
    public sealed class RealNumber(string name, Get<double> get, Set<double> set) : SeriesColumn(name)
    {
        public override string? Parse(ReadOnlySpan<char> field, ref MemorySample sample)
        {
            if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value))
            {
                return "is not a number";
            }

            if (!double.IsFinite(value) || value < 0)
            {
                return "is out of range";
            }

            sample = set(sample, value);
            return null;
        }

        public override int Format(in MemorySample sample, Span<byte> target)
        {
            int written = 0;
            _ = get(sample)?.TryFormat(target, out written, "R", CultureInfo.InvariantCulture);
            return written;
        }
    }
}
