using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// One time scale of one series: the lowest value of each bucket of <see cref="Width"/> seconds, for the last
/// <see cref="WindowBuckets"/> buckets and as many before them. A bucket without a value leaves no entry.
/// </summary>
internal struct BucketRing(double width)
{
    public const int WindowBuckets = 24;

    private const int Capacity = 2 * WindowBuckets;

    private Entries _entries;
    private int _next;
    private int _count;

    /// <summary>The open bucket: its number on the time axis, its lowest value and the sums for the mean load.</summary>
    private long _bucket = -1;
    private double _floor = double.NaN;
    private double _floorTime;
    private double _loadSum;
    private int _loadCount;

    /// <summary>The witness as last heard: it is read rarely and stays true in between.</summary>
    private double _witness = double.NaN;

    /// <summary>Bucket width in seconds.</summary>
    public readonly double Width => width;

    /// <summary>Adds a value; <see langword="true"/> when that closed a bucket, which is the moment to look at the window.</summary>
    /// <param name="time">Seconds, not before the last call's.</param>
    /// <param name="value">The value, or NaN when this moment has none: load and time still count.</param>
    /// <param name="load">Load per second around this moment, or NaN.</param>
    /// <param name="witness">A second opinion on the value's growth, or NaN.</param>
    public bool Add(double time, double value, double load, double witness = double.NaN)
    {
        long bucket = (long)(time / width);
        bool closed = bucket != _bucket && Close();
        _bucket = bucket;

        // Not "value < floor": the first value meets a NaN floor.
        if (!double.IsNaN(value) && !(value >= _floor))
        {
            _floor = value;
            _floorTime = time;
        }

        if (!double.IsNaN(witness))
        {
            _witness = witness;
        }

        if (!double.IsNaN(load))
        {
            _loadSum += load;
            _loadCount++;
        }

        return closed;
    }

    public void Clear()
    {
        _next = _count = _loadCount = 0;
        _loadSum = 0;
        _floor = _witness = double.NaN;
        _bucket = -1;
    }

    /// <summary>Copies the entries in time order, oldest first; returns where the current window begins among them.</summary>
    public readonly int CopyTo(Span<double> times, Span<double> floors, Span<double> loads, Span<double> witnesses, out int count)
    {
        count = _count;
        int windowStart = _count;
        double windowBegins = _count == 0 ? 0 : Time(_count - 1) - (WindowBuckets * width);
        for (int i = _count - 1; i >= 0; i--)
        {
            ref readonly Entry entry = ref At(i);
            times[i] = entry.Time;
            floors[i] = entry.Floor;
            loads[i] = entry.Load;
            witnesses[i] = entry.Witness;
            if (entry.Time > windowBegins)
            {
                windowStart = i;
            }
        }

        return windowStart;
    }

    private bool Close()
    {
        bool closed = !double.IsNaN(_floor);
        if (closed)
        {
            float load = _loadCount == 0 ? float.NaN : (float)(_loadSum / _loadCount);
            _entries[_next] = new Entry(_floorTime, (float)_floor, load, (float)_witness);
            _next = (_next + 1) % Capacity;
            _count = Math.Min(_count + 1, Capacity);
        }

        _floor = double.NaN;
        _loadSum = 0;
        _loadCount = 0;
        return closed;
    }

    private readonly double Time(int i) => At(i).Time;

    [UnscopedRef]
    private readonly ref readonly Entry At(int i) => ref _entries[(_next - _count + i + Capacity) % Capacity];

    /// <summary>Floats hold a level to one part in sixteen million: enough for growth, and half the memory.</summary>
    private readonly record struct Entry(double Time, float Floor, float Load, float Witness);

    [InlineArray(Capacity)]
    private struct Entries
    {
        private Entry _first;
    }
}
