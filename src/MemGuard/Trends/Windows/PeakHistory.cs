using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// The highest and the lowest value of each half hour of the last two days: what has been reached before and was survived is no news,
/// and what has fallen before will fall again.
/// </summary>
internal sealed class PeakHistory
{
    private const int Slots = 96;
    private const double SlotSeconds = 1800;

    private Slotted _peaks;

    /// <summary>Lowest of each half hour; 0 where it had no value.</summary>
    private Slotted _lows;
    private long _slot = -1;

    [MethodImpl(EverySample.Compiled)]
    public void Add(double time, double value)
    {
        if (double.IsNaN(value))
        {
            return;
        }

        long slot = (long)(time / SlotSeconds);
        for (long passed = Math.Max(_slot + 1, slot - Slots + 1); passed <= slot; passed++)
        {
            _peaks[(int)(passed % Slots)] = 0;
            _lows[(int)(passed % Slots)] = 0;
        }

        _slot = Math.Max(_slot, slot);
        ref float peak = ref _peaks[(int)(slot % Slots)];
        peak = Math.Max(peak, (float)value);
        ref float low = ref _lows[(int)(slot % Slots)];
        low = low == 0 ? (float)value : Math.Min(low, (float)value);
    }

    /// <summary>Highest value of the half hours that ended before <paramref name="time"/>; 0 when there are none.</summary>
    public double HighestBefore(double time) => HighestBefore(time, _peaks);

    /// <summary>Highest level that was held for half an hour before <paramref name="time"/>; 0 when there is none.</summary>
    public double HighestHeldBefore(double time) => HighestBefore(time, _lows);

    /// <summary>The largest fall from a level that was held for half an hour to one that came later.</summary>
    public double LargestFall()
    {
        double highest = 0;
        double fall = 0;
        for (long slot = Math.Max(0, _slot - Slots + 1); slot <= _slot; slot++)
        {
            double low = _lows[(int)(slot % Slots)];
            if (low > 0)
            {
                highest = Math.Max(highest, low);
                fall = Math.Max(fall, highest - low);
            }
        }

        return fall;
    }

    public void Clear()
    {
        _peaks = default;
        _lows = default;
        _slot = -1;
    }

    private double HighestBefore(double time, in Slotted values)
    {
        double highest = 0;
        long end = Math.Min((long)(time / SlotSeconds), _slot + 1);
        for (long slot = Math.Max(0, _slot - Slots + 1); slot < end; slot++)
        {
            highest = Math.Max(highest, values[(int)(slot % Slots)]);
        }

        return highest;
    }

    [InlineArray(Slots)]
    private struct Slotted
    {
        private float _first;
    }
}
