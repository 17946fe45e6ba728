using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The objects of a frozen heap in address order, 8 bytes each: their addresses follow from the sizes before them.</summary>
internal sealed unsafe class ObjectList : IDisposable
{
    public const int RunLength = 1 << 16;

    private const int TypeShift = 32;
    private const int TypeMask = ObjectTypes.MaxTypes;
    private const int EdgeShift = 52;
    private const uint ManyEdges = (1 << 12) - 1;

    private readonly List<NativeArray<ulong>> _pages = [];
    private readonly List<Run> _runs = [];
    private readonly Dictionary<ulong, uint> _manyEdges = [];
    private int _usedInLast = RunLength;

    // The run that is being filled.
    private ulong _start;
    private ulong _next;
    private int _first;
    private ulong* _page;

    /// <summary>Stretches of objects without a gap, in address order.</summary>
    public IReadOnlyList<Run> Runs => _runs;

    public long NodeCount { get; private set; }

    public long EdgeCount { get; private set; }

    public long Bytes { get; private set; }

    /// <param name="address">Where; not below the last one.</param>
    /// <param name="units">Size in units of 8 bytes.</param>
    /// <param name="type">Type number; -1 for unused room, which only keeps the addresses right.</param>
    /// <param name="edges">References that are not null.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(ulong address, uint units, int type, uint edges)
    {
        if (address != _next || _usedInLast == RunLength)
        {
            StartRun(address);
        }

        ulong packed = units | ((ulong)((type + 1) & TypeMask) << TypeShift) | ((ulong)Math.Min(edges, ManyEdges) << EdgeShift);
        if (edges >= ManyEdges)
        {
            _manyEdges.Add(address, edges);
        }

        _page[_usedInLast++] = packed;
        _next = address + (units * 8UL);
        if (type >= 0)
        {
            NodeCount++;
            EdgeCount += edges;
            Bytes += units * 8L;
        }
    }

    public ObjectEntry this[in Run run, int index, ulong address]
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get
        {
            ulong packed = _pages[run.Page].Pointer[run.First + index];
            uint edges = (uint)(packed >> EdgeShift);
            return new ObjectEntry((uint)packed, (int)((packed >> TypeShift) & TypeMask) - 1, edges == ManyEdges ? _manyEdges[address] : edges);
        }
    }

    /// <summary>To be called once after the last object.</summary>
    public void Complete() => CloseRun();

    /// <returns>The object in which an address lies, and where it begins; null when it lies in none.</returns>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public (ulong Address, ObjectEntry Entry)? Find(ulong address)
    {
        int low = 0;
        int high = _runs.Count;
        while (low < high)
        {
            int middle = (low + high) / 2;
            if (_runs[middle].Start <= address)
            {
                low = middle + 1;
            }
            else
            {
                high = middle;
            }
        }

        if (low == 0 || address >= _runs[low - 1].End)
        {
            return null;
        }

        Run run = _runs[low - 1];
        ulong start = run.Start;
        for (int i = 0; i < run.Count; i++)
        {
            ObjectEntry entry = this[run, i, start];
            if (address < start + (entry.Units * 8UL))
            {
                return entry.Type < 0 ? null : (start, entry);
            }

            start += entry.Units * 8UL;
        }

        return null;
    }

    public void Dispose()
    {
        foreach (NativeArray<ulong> page in _pages)
        {
            page.Dispose();
        }

        _pages.Clear();
    }

    private void StartRun(ulong address)
    {
        CloseRun();
        if (_usedInLast == RunLength)
        {
            _pages.Add(new NativeArray<ulong>(RunLength));
            _page = _pages[^1].Pointer;
            _usedInLast = 0;
        }

        _start = address;
        _first = _usedInLast;
    }

    private void CloseRun()
    {
        if (_pages.Count > 0 && _usedInLast > _first)
        {
            _runs.Add(new Run(_start, _next, _pages.Count - 1, _first, _usedInLast - _first));
            _first = _usedInLast;
        }
    }

    /// <summary>Objects that follow each other without a gap.</summary>
    /// <param name="Start">The first one's address.</param>
    /// <param name="End">Behind the last one.</param>
    /// <param name="Page">Where they are kept.</param>
    /// <param name="First">Their first position there.</param>
    /// <param name="Count">How many, unused room included.</param>
    internal readonly record struct Run(ulong Start, ulong End, int Page, int First, int Count);

    /// <summary>One object, or unused room.</summary>
    /// <param name="Units">Size in units of 8 bytes.</param>
    /// <param name="Type">Type number; -1 for unused room.</param>
    /// <param name="Edges">References that are not null.</param>
    internal readonly record struct ObjectEntry(uint Units, int Type, uint Edges);
}
