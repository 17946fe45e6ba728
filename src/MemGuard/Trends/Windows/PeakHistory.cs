using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>The highest value of each half hour of the last two days: what has been reached before and was survived is no news.</summary>
internal sealed class PeakHistory
{
    private const int Slots = 96;
    private const double SlotSeconds = 1800;

    private Peaks _peaks;
    private long _slot = -1;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
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
        }

        _slot = Math.Max(_slot, slot);
        ref float peak = ref _peaks[(int)(slot % Slots)];
        peak = Math.Max(peak, (float)value);
    }

    /// <summary>Highest value of the half hours that ended before <paramref name="time"/>; 0 when there are none.</summary>
    public double HighestBefore(double time)
    {
        double highest = 0;
        long end = Math.Min((long)(time / SlotSeconds), _slot + 1);
        for (long slot = Math.Max(0, _slot - Slots + 1); slot < end; slot++)
        {
            highest = Math.Max(highest, _peaks[(int)(slot % Slots)]);
        }

        return highest;
    }

    public void Clear()
    {
        _peaks = default;
        _slot = -1;
    }

    [InlineArray(Slots)]
    private struct Peaks
    {
        private float _first;
    }
}
