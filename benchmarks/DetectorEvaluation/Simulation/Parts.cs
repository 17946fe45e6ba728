namespace DetectorEvaluation.Simulation;

/// <summary>Approaches a level after the start: code, configuration, pools.</summary>
internal sealed class Startup(double bytes, double tau) : MemoryPart
{
    public override void Step(double time, double step, double load, Random random) =>
        Bytes = bytes * (1 - Math.Exp(-time / tau));
}

/// <summary>Held while requests run or sessions live: follows the load with a delay.</summary>
internal sealed class PerLoad(double bytes, double tau) : MemoryPart
{
    public override void Step(double time, double step, double load, Random random) =>
        Bytes += (1 - Math.Exp(-step / tau)) * ((bytes * load) - Bytes);
}

/// <summary>A cache that takes every new key until it is full.</summary>
internal sealed class LinearCache(double capacity, double seconds) : MemoryPart
{
    public override double Capacity => capacity;

    public override void Step(double time, double step, double load, Random random) =>
        Bytes = Math.Min(capacity, Bytes + (capacity / seconds * load * step));
}

/// <summary>A cache of popular keys: new ones come ever more rarely.</summary>
internal sealed class SaturatingCache(double capacity, double tau) : MemoryPart
{
    public override double Capacity => capacity;

    public override void Step(double time, double step, double load, Random random) =>
        Bytes += (capacity - Bytes) * (1 - Math.Exp(-step * load / tau));
}

/// <summary>Entries that expire: holds what came in during the last while. Real expiry scans run now and then.</summary>
internal sealed class TimeToLiveCache(double bytes, double timeToLive) : MemoryPart
{
    private const int Slots = 64;
    private readonly double[] _slots = new double[Slots];
    private long _slot;

    public override double ExpirySeconds => timeToLive;

    public override void Step(double time, double step, double load, Random random)
    {
        long slot = (long)(time / (timeToLive / Slots));
        while (_slot < slot)
        {
            _slot++;
            Bytes -= _slots[_slot % Slots];
            _slots[_slot % Slots] = 0;
        }

        double arrived = bytes / timeToLive * load * step;
        _slots[slot % Slots] += arrived;
        Bytes += arrived;
    }
}

/// <summary>Jobs that build something large, hold it for a while and let go.</summary>
internal sealed class BatchJob(double bytes, double period, double duration, double jitter) : MemoryPart
{
    private double _start = period * 0.3;
    private double _size = double.NaN;

    /// <summary>What a job allocates, as a share of what the requests do.</summary>
    public double Allocation { get; init; }

    public override void Step(double time, double step, double load, Random random)
    {
        if (double.IsNaN(_size) || time > _start + duration)
        {
            _start += double.IsNaN(_size) ? 0 : period * (1 + (jitter * (random.NextDouble() - 0.5)));
            _size = bytes * (1 + (jitter * (random.NextDouble() - 0.5)));
        }

        double progress = (time - _start) / duration;
        bool isRunning = progress is > 0 and < 1;
        Bytes = isRunning ? _size * Math.Min(1, progress / 0.7) : 0;
        ExtraAllocation = isRunning ? Allocation : 0;
    }
}

/// <summary>Unforeseen peaks.</summary>
internal sealed class Spikes(double bytes, double perDay, double duration) : MemoryPart
{
    private double _until;

    public override void Step(double time, double step, double load, Random random)
    {
        if (time > _until)
        {
            Bytes = 0;
            if (random.NextDouble() < perDay * step / 86400)
            {
                Bytes = bytes * random.Between(0.3, 1);
                _until = time + (duration * random.Between(0.3, 1.5));
            }
        }
    }
}

/// <summary>A buffer that fills with the load and is flushed when full, or at a fixed time.</summary>
internal sealed class Sawtooth(double bytes, double seconds, double keep) : MemoryPart
{
    private double _top = double.NaN;

    public override double Capacity => 1.1 * bytes;

    public override void Step(double time, double step, double load, Random random)
    {
        Bytes += bytes / seconds * load * step;
        if (!(Bytes < _top))
        {
            Bytes = double.IsNaN(_top) ? Bytes : keep * bytes;
            _top = bytes * random.Between(0.9, 1.1);
        }
    }
}

/// <summary>Levels reached one after the other: tenants, reloads, indexes. The steps shrink.</summary>
internal sealed class Staircase(double first, double meanSeconds, double shrink) : MemoryPart
{
    private double _next = meanSeconds * 0.2;
    private double _size = first;

    public override void Step(double time, double step, double load, Random random)
    {
        if (time >= _next)
        {
            Bytes += _size * random.Between(0.5, 1.5);
            _size *= shrink;
            _next = time + (meanSeconds * random.Between(0.3, 1.7));
        }
    }
}

/// <summary>A level that wanders around its mean.</summary>
internal sealed class Wandering(double bytes, double deviation, double tau) : MemoryPart
{
    private double _state;

    public override void Step(double time, double step, double load, Random random)
    {
        double keep = Math.Exp(-step / tau);
        _state = (keep * _state) + (Math.Sqrt(1 - (keep * keep)) * random.Normal());
        Bytes = bytes * Math.Max(0, 1 + (deviation * _state));
    }
}

/// <summary>Something that never lets go.</summary>
internal sealed class Leak(double onset, double bytesPerSecond, LeakForm form, double unit) : MemoryPart
{
    private double _owed;

    /// <summary>Uptime at which somebody has mended it; infinite for never.</summary>
    public double End { get; init; } = double.PositiveInfinity;

    /// <summary>Timers and assemblies made for each megabyte leaked.</summary>
    public double TimersPerMegabyte { get; init; }

    public double AssembliesPerMegabyte { get; init; }

    public double Onset => onset;

    public bool IsAccelerating => form == LeakForm.Accelerating;

    /// <summary>Seconds from the onset until this many bytes have leaked, at the mean rate to come.</summary>
    public double SecondsUntil(double bytes)
    {
        double seconds = bytes / bytesPerSecond;
        return form != LeakForm.Accelerating ? seconds : (Math.Sqrt(0.09 + (2.8 * seconds / unit)) - 0.3) * unit / 1.4;
    }

    public override void Step(double time, double step, double load, Random random)
    {
        if (time < onset || time > End)
        {
            return;
        }

        double rate = form switch
        {
            LeakForm.PerLoad => bytesPerSecond * load,
            LeakForm.Accelerating => bytesPerSecond * (0.3 + (1.4 * (time - onset) / unit)),
            _ => bytesPerSecond,
        };
        _owed += rate * step;
        if (form != LeakForm.Steps || _owed > bytesPerSecond * unit * random.Between(0.7, 1.3))
        {
            Bytes += _owed;
            Timers += TimersPerMegabyte * _owed / 1e6;
            Assemblies += AssembliesPerMegabyte * _owed / 1e6;
            _owed = 0;
        }
    }
}

internal enum LeakForm
{
    Constant,
    PerLoad,
    Steps,
    Accelerating,
}

/// <summary>Native memory behind finalizable handles: grows until a collection finds them dead.</summary>
internal sealed class FinalizableHandles(double bytesPerSecond) : MemoryPart
{
    private long _collections;

    public override void Step(double time, double step, double load, Random random) => Bytes += bytesPerSecond * load * step;

    /// <summary>Most handles die young; the rest wait for a full collection.</summary>
    public void Collected(long collections, bool isFull)
    {
        Bytes *= isFull ? 0.1 : collections != _collections ? 0.6 : 1;
        _collections = collections;
    }
}
