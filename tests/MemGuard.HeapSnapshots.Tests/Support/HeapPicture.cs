using System.Reflection;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>
/// A heap as a test draws it: what hangs under static fields, local variables and handles. Static fields lie, as in the runtime, in a table that is
/// an object itself and a root of its own.
/// </summary>
internal sealed class HeapPicture : IHeapObjectSource, IDisposable
{
    private const ulong FirstAddress = 0x7F00_0000_0000;
    private const int TableHeaderBytes = 16;
    private const ulong UnknownTypeId = 2;

    private readonly List<(string Field, HeapObject Held)> _statics = [];
    private readonly List<HeapObject> _hidden = [];
    private readonly List<(HeapObject Object, HeapRootKind Kind, bool IsPinned)> _roots = [];
    private readonly List<(HeapObject Key, HeapObject Value)> _pairs = [];
    private readonly Dictionary<HeapObject, ulong> _addresses = new(ReferenceEqualityComparer.Instance);
    private readonly List<HeapTypeRecord> _types = [];
    private readonly HashSet<Assembly> _assemblies = [typeof(HeapPicture).Assembly, typeof(System.Net.Sockets.Socket).Assembly];
    private HeapNode[] _nodes = [];
    private ulong[] _targets = [];

    public long NodeCount => _nodes.Length;

    public long EdgeCount => _targets.Length;

    public int NodeBatchCount => 1;

    public int EdgeBatchCount => 1;

    public ReadOnlySpan<HeapNode> GetNodes(int batch) => _nodes;

    public ReadOnlySpan<ulong> GetEdgeTargets(int batch) => _targets;

    public void Dispose()
    {
    }

    /// <summary>Hangs an object under a static field of a class.</summary>
    public HeapPicture Static(Type declaring, string field, HeapObject held)
    {
        Assert.True(declaring.GetField(field, BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic) is not null, $"{declaring} has no static field {field}");
        _statics.Add((field, held));
        _assemblies.Add(declaring.Assembly);
        return this;
    }

    /// <summary>Puts an object into the table of static fields without a report of its field, as the runtime does for generic classes.</summary>
    public HeapPicture HiddenStatic(HeapObject held)
    {
        _hidden.Add(held);
        return this;
    }

    public HeapPicture Stack(HeapObject held) => Root(held, HeapRootKind.Stack);

    public HeapPicture Root(HeapObject held, HeapRootKind kind, bool isPinned = false)
    {
        _roots.Add((held, kind, isPinned));
        return this;
    }

    /// <summary>Lets the value live as long as the key.</summary>
    public HeapPicture Dependent(HeapObject key, HeapObject value)
    {
        _pairs.Add((key, value));
        return this;
    }

    public CapturedHeap Capture()
    {
        HeapObject table = HeapObject.Of<object[]>([.. _statics.Select(static field => field.Held), .. _hidden]);
        List<HeapObject> objects = Number([table, .. _roots.Select(static root => root.Object), .. _pairs.SelectMany(static pair => new[] { pair.Key, pair.Value })]);
        _nodes = [.. objects.Select(one => new HeapNode(_addresses[one], (uint)((one.SizeBytes + 7) / 8), IndexOf(one), (uint)one.Holds.Count))];
        _targets = [.. objects.SelectMany(static one => one.Holds).Select(held => _addresses[held])];
        return new CapturedHeap(this, this)
        {
            Roots = [new HeapRoot(_addresses[table], HeapRootKind.Handle, IsPinned: true), .. _roots.Select(root => new HeapRoot(_addresses[root.Object], root.Kind, root.IsPinned))],
            Statics = [.. _statics.Select((field, i) => new HeapStatic(_addresses[table] + TableHeaderBytes + ((ulong)i * 8), _addresses[field.Held], IdOf(field.Held), field.Field))],
            DependentPairs = [.. _pairs.Select(pair => new DependentPair(_addresses[pair.Key], _addresses[pair.Value]))],
            Types = _types,
        };
    }

    public SnapshotData Analyse(SingletonTable? singletons = null, SnapshotData? baseline = null)
    {
        using CapturedHeap heap = Capture();
        return SnapshotBuilder.Build(heap, [.. _assemblies], singletons ?? SingletonTable.Empty, baseline);
    }

    /// <returns>The heaviest leak suspect.</returns>
    public HeapDominator Suspect(SingletonTable? singletons = null) => Analyse(singletons).Places[0];

    private List<HeapObject> Number(IEnumerable<HeapObject> roots)
    {
        List<HeapObject> objects = [];
        Queue<HeapObject> work = new(roots);
        ulong next = FirstAddress;
        while (work.TryDequeue(out HeapObject? one))
        {
            if (_addresses.TryAdd(one, next))
            {
                next += (ulong)(one.SizeBytes + 7) / 8 * 8;
                objects.Add(one);
                foreach (HeapObject held in one.Holds)
                {
                    work.Enqueue(held);
                }
            }
        }

        return objects;
    }

    private int IndexOf(HeapObject one)
    {
        HeapTypeRecord record = new(IdOf(one), one.Name) { Type = one.Type };
        int index = _types.FindIndex(known => known.Id == record.Id && (record.Id != UnknownTypeId || known.Name == record.Name));
        if (index < 0)
        {
            index = _types.Count;
            _types.Add(record);
        }

        return index;
    }

    private static ulong IdOf(HeapObject one) => one.Type is { } type ? (ulong)type.TypeHandle.Value : UnknownTypeId;
}
