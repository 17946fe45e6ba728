using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The objects of a frozen heap as the graph asks for them. References are read from the frozen copy when they are asked for, once and in order.</summary>
internal sealed unsafe class ForkedObjects(ObjectList objects, ObjectTypes types, IReadOnlyList<HeapRegion> regions, FrozenChild child, IDisposable owner) : IHeapObjectSource, IDisposable
{
    private readonly NativeArray<HeapNode> _nodes = new(ObjectList.RunLength);
    private readonly HeapWindow _window = new(child.Memory);
    private ReferenceReader? _references;

    // Where the reading of references stands.
    private int _run;
    private int _index;
    private int _region;
    private ulong _address;
    private ulong _position;

    public long NodeCount => objects.NodeCount;

    public long EdgeCount => objects.EdgeCount;

    public int NodeBatchCount => objects.Runs.Count;

    // How many there are is known only at the end: the nodes say how many references there must be.
    public int EdgeBatchCount => int.MaxValue;

    public bool HasEdgeSlots => true;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public ReadOnlySpan<HeapNode> GetNodes(int batch)
    {
        ObjectList.Run run = objects.Runs[batch];
        ulong address = run.Start;
        int count = 0;
        for (int i = 0; i < run.Count; i++)
        {
            ObjectList.ObjectEntry entry = objects[run, i, address];
            if (entry.Type >= 0)
            {
                _nodes.Pointer[count++] = new HeapNode(address, entry.Units, entry.Type, entry.Edges);
            }

            address += entry.Units * 8UL;
        }

        return _nodes.AsSpan(0, count);
    }

    public ReadOnlySpan<ulong> GetEdgeTargets(int batch)
    {
        try
        {
            ReadNext();
        }
        catch (InvalidDataException unreadable)
        {
            throw new CaptureEndedException(child.EndedBecause ?? unreadable.Message, unreadable);
        }

        return _references!.Targets;
    }

    public ReadOnlySpan<ushort> GetEdgeSlots(int batch) => _references!.Slots;

    public void Dispose()
    {
        _references?.Dispose();
        _window.Dispose();
        _nodes.Dispose();
        objects.Dispose();
        owner.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void ReadNext()
    {
        _references ??= new ReferenceReader(_window);
        _references.Clear();
        for (; _run < objects.Runs.Count; _run++, _index = 0)
        {
            ObjectList.Run run = objects.Runs[_run];
            _address = _index == 0 && _position == 0 ? run.Start : _address;
            while (regions[_region].End <= run.Start)
            {
                _region++;
            }

            for (; _index < run.Count; _index++)
            {
                ObjectList.ObjectEntry entry = objects[run, _index, _address];
                if (entry.Edges > 0)
                {
                    ref readonly ObjectType type = ref types[entry.Type];
                    _position = _references.Add(type, _address, BytesOf(type, entry), regions[_region].End, _position);
                    if (_position != 0)
                    {
                        return;
                    }
                }

                _address += entry.Units * 8UL;
            }
        }

        if (_references.Count == 0)
        {
            throw new InvalidDataException("the frozen copy has fewer references than were counted");
        }
    }

    // The elements' bytes: those of an array that has references are a multiple of 8 and need no count.
    private static ulong BytesOf(in ObjectType type, ObjectList.ObjectEntry entry) =>
        type.ComponentBytes == 0 ? type.BaseBytes : entry.Units * 8UL;
}
