using System.Runtime.CompilerServices;

namespace MemGuard.Trends;

/// <summary>
/// One time scale of one series: the lowest value of each bucket of <see cref="Width"/> seconds, for the last
/// <see cref="WindowBuckets"/> buckets and as many before them. A bucket without a value leaves no entry.
/// </summary>
internal struct BucketRing(double width)
{
    public const int WindowBuckets = 24;

    public const int Capacity = 2 * WindowBuckets;

    private Entries _entries;
    private int _next;
    private int _count;

    /// <summary>The open bucket: its number on the time axis, its lowest value and the sums for the mean load.</summary>
    private long _bucket = -1;

    /// <summary>Before this moment a value is surely in the open bucket: a comparison instead of a division, thirty times a sample.</summary>
    private double _surelyUntil = double.NegativeInfinity;
    private double _floor = double.NaN;
    private double _floorTime;
    private double _loadSum;
    private int _loadCount;

    /// <summary>The rest of the context as last heard: some of it is read rarely and stays true in between.</summary>
    private double _witness = double.NaN;
    private double _managed = double.NaN;
    private double _collections = double.NaN;

    public readonly int Count => _count;

    /// <summary>Bucket width in seconds.</summary>
    public readonly double Width => width;

    /// <summary>Floor of the newest closed bucket; NaN before the first.</summary>
    public readonly double LastFloor => _count == 0 ? double.NaN : _entries[(_next + Capacity - 1) % Capacity].Floor;

    /// <summary>Lowest and highest floor of all closed buckets.</summary>
    public readonly (double Lowest, double Highest) Range()
    {
        float lowest = float.PositiveInfinity;
        float highest = float.NegativeInfinity;
        foreach (ref readonly Entry entry in ((ReadOnlySpan<Entry>)_entries)[.._count])
        {
            lowest = Math.Min(lowest, entry.Floor);
            highest = Math.Max(highest, entry.Floor);
        }

        return (lowest, highest);
    }

    /// <summary>Lowest floor of the current window, and by how much the highest after some floor lies above it.</summary>
    public readonly (double Lowest, double Rise) LargestRise()
    {
        float lowest = float.PositiveInfinity;
        float highest = float.NegativeInfinity;
        float rise = 0;
        int index = _next;
        double begins = double.NegativeInfinity;
        for (int i = 0; i < _count; i++)
        {
            index = index == 0 ? Capacity - 1 : index - 1;
            ref readonly Entry entry = ref _entries[index];
            begins = i == 0 ? entry.Time - (WindowBuckets * width) : begins;
            if (!(entry.Time > begins))
            {
                break;
            }

            lowest = Math.Min(lowest, entry.Floor);
            highest = Math.Max(highest, entry.Floor);
            rise = Math.Max(rise, highest - entry.Floor);
        }

        return (lowest, rise);
    }

    /// <summary>Adds a value; <see langword="true"/> when that ended a bucket, which is the moment to examine the window.</summary>
    /// <param name="time">Seconds, not before the last call's.</param>
    /// <param name="value">The value, or NaN when this moment has none: load and time still count.</param>
    /// <param name="context">What else was true at this moment.</param>
    [MethodImpl(EverySample.Compiled)]
    public bool Add(double time, double value, in PointContext context)
    {
        bool closed = !(time < _surelyUntil) && Enter(time);

        // Not "value < floor": the first value meets a NaN floor.
        if (!double.IsNaN(value) && !(value >= _floor))
        {
            _floor = value;
            _floorTime = time;
        }

        _witness = double.IsNaN(context.Witness) ? _witness : context.Witness;
        _managed = double.IsNaN(context.Managed) ? _managed : context.Managed;
        _collections = double.IsNaN(context.Collections) ? _collections : context.Collections;
        if (!double.IsNaN(context.Load))
        {
            _loadSum += context.Load;
            _loadCount++;
        }

        return closed;
    }

    public void Clear()
    {
        _next = _count = _loadCount = 0;
        _loadSum = 0;
        _floor = _witness = _managed = _collections = double.NaN;
        _bucket = -1;
        _surelyUntil = double.NegativeInfinity;
    }

    /// <summary>Copies the entries in time order, oldest first; returns where the current window begins among them.</summary>
    public readonly int CopyTo(GrowthPoints points)
    {
        int windowStart = _count;
        double windowBegins = _count == 0 ? 0 : _entries[(_next + Capacity - 1) % Capacity].Time - (WindowBuckets * width);
        int index = (_next - _count + Capacity) % Capacity;
        for (int i = 0; i < _count; i++)
        {
            ref readonly Entry entry = ref _entries[index];
            index = index + 1 == Capacity ? 0 : index + 1;
            points.Times[i] = entry.Time;
            points.Floors[i] = entry.Floor;
            points.Loads[i] = entry.Load;
            points.Witnesses[i] = entry.Witness;
            points.Managed[i] = entry.Managed;
            points.Collections[i] = entry.Collections;
            if (windowStart == _count && entry.Time > windowBegins)
            {
                windowStart = i;
            }
        }

        return windowStart;
    }

    private bool Enter(double time)
    {
        long bucket = (long)(time / width);
        bool closed = bucket != _bucket && Close();
        _bucket = bucket;

        // A little early, because the product and the quotient round differently.
        _surelyUntil = (bucket + 1) * width * (1 - 1e-12);
        return closed;
    }

    private bool Close()
    {
        bool closed = !double.IsNaN(_floor);
        if (closed)
        {
            float load = _loadCount == 0 ? float.NaN : (float)(_loadSum / _loadCount);
            _entries[_next] = new Entry((float)_floorTime, (float)_floor, load, (float)_witness, (float)_managed, (float)_collections);
            _next = (_next + 1) % Capacity;
            _count = Math.Min(_count + 1, Capacity);
        }

        _floor = double.NaN;
        _loadSum = 0;
        _loadCount = 0;
        return closed;
    }

    /// <summary>Floats hold a level to one part in sixteen million, and time to two seconds in a year: enough for growth, in half the memory.</summary>
    private readonly record struct Entry(float Time, float Floor, float Load, float Witness, float Managed, float Collections);

    [InlineArray(Capacity)]
    private struct Entries
    {
        private Entry _first;
    }
}
