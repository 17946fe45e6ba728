using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Turns the heap events of a stream into objects, edges, roots and types, and keeps what proves that none is missing.</summary>
internal sealed class HeapEventCollector : INettraceSink, IHeapObjectSource, IDisposable
{
    private const int GCStart = 1;
    private const int GCEnd = 2;
    private const int BulkType = 15;
    private const int BulkRootEdge = 16;
    private const int BulkWeakTable = 17;
    private const int BulkNode = 18;
    private const int BulkEdge = 19;
    private const int BulkStaticVariable = 38;
    private const uint PinnedFlag = 1;
    private const uint WeakFlag = 2;
    private const uint ArrayFlag = 0x8;
    private const uint RankMask = 0x3F00;
    private const int RankShift = 8;

    private readonly NativeBatches<HeapNode> _nodes = new();
    private readonly NativeBatches<ulong> _edges = new();
    private readonly TypeIndexMap _types = new();
    private readonly Dictionary<ulong, TypeDescription> _descriptions = [];
    private readonly List<HeapRoot> _roots = [];
    private readonly List<HeapStatic> _statics = [];
    private readonly List<DependentPair> _dependentPairs = [];
    private readonly CaptureLedger _ledger = new();

    public long NodeCount => _nodes.Count;

    public long EdgeCount => _edges.Count;

    public int NodeBatchCount => _nodes.BatchCount;

    public int EdgeBatchCount => _edges.BatchCount;

    public ReadOnlySpan<HeapNode> GetNodes(int batch) => _nodes.GetBatch(batch);

    public ReadOnlySpan<ulong> GetEdgeTargets(int batch) => _edges.GetBatch(batch);

    public void OnEvent(int eventId, in NettraceEventHeader header, ReadOnlySpan<byte> payload)
    {
        ulong captureThread = header.CaptureThread;
        _ledger.OnEvent(captureThread, header.Sequence);
        switch (eventId)
        {
            case BulkNode:
                _ledger.OnNodes(captureThread, ReadUInt32(payload));
                ReadNodes(Rows(payload, 32));
                break;
            case BulkEdge:
                _ledger.OnEdges(ReadUInt32(payload));
                ReadEdges(Rows(payload, 12));
                break;
            case BulkRootEdge:
                ReadRoots(Rows(payload, 21));
                break;
            case BulkWeakTable:
                ReadDependentPairs(Rows(payload, 24));
                break;
            case BulkStaticVariable:
                ReadStatics(payload);
                break;
            case BulkType:
                ReadTypes(payload);
                break;
            case GCStart:
                _ledger.OnGCStart(ReadUInt32(payload[4..]), ReadUInt32(payload[8..]), ReadUInt32(payload[12..]));
                break;
            case GCEnd:
                _ledger.OnGCEnd();
                break;
            default:
                break;
        }
    }

    public void OnSequencePoint(ulong captureThread, uint sequence) => _ledger.OnSequencePoint(captureThread, sequence);

    /// <summary>Closes the collection. The result owns the objects from here on.</summary>
    public CapturedHeap ToCapturedHeap()
    {
        List<HeapTypeRecord> types = new(_types.Ids.Count);
        foreach (ulong id in _types.Ids)
        {
            types.Add(new HeapTypeRecord(id, _descriptions.GetValueOrDefault(id)?.Name));
        }

        return new CapturedHeap(this, this)
        {
            Roots = _roots,
            Statics = _statics,
            DependentPairs = _dependentPairs,
            Types = types,
            Descriptions = _descriptions,
            IncompleteBecause = _ledger.FindLoss(NodeCount, EdgeCount),
        };
    }

    public void Dispose()
    {
        _nodes.Dispose();
        _edges.Dispose();
    }

    private void ReadNodes(ReadOnlySpan<byte> rows)
    {
        ReadOnlySpan<NodeRow> values = MemoryMarshal.Cast<byte, NodeRow>(rows);
        long edges = 0;
        while (!values.IsEmpty)
        {
            Span<HeapNode> room = _nodes.Append(values.Length);
            for (int i = 0; i < room.Length; i++)
            {
                ref readonly NodeRow row = ref values[i];
                room[i] = new HeapNode(row.Address, (uint)((row.Size + 7) / 8), _types.GetOrAdd(row.Type), (uint)row.EdgeCount);
                edges += (uint)row.EdgeCount;
            }

            values = values[room.Length..];
        }

        _ledger.OnAnnouncedEdges(edges);
    }

    private void ReadEdges(ReadOnlySpan<byte> rows)
    {
        ReadOnlySpan<EdgeRow> values = MemoryMarshal.Cast<byte, EdgeRow>(rows);
        while (!values.IsEmpty)
        {
            Span<ulong> room = _edges.Append(values.Length);
            for (int i = 0; i < room.Length; i++)
            {
                room[i] = values[i].Target;
            }

            values = values[room.Length..];
        }
    }

    private void ReadRoots(ReadOnlySpan<byte> rows)
    {
        for (; !rows.IsEmpty; rows = rows[21..])
        {
            uint flags = ReadUInt32(rows[9..]);
            ulong address = ReadUInt64(rows);
            if ((flags & WeakFlag) == 0 && address != 0)
            {
                HeapRootKind kind = rows[8] <= (byte)HeapRootKind.Handle ? (HeapRootKind)rows[8] : HeapRootKind.Other;
                _roots.Add(new HeapRoot(address, kind, (flags & PinnedFlag) != 0));
            }
        }
    }

    private void ReadDependentPairs(ReadOnlySpan<byte> rows)
    {
        for (; !rows.IsEmpty; rows = rows[24..])
        {
            _dependentPairs.Add(new DependentPair(ReadUInt64(rows), ReadUInt64(rows[8..])));
        }
    }

    private void ReadStatics(ReadOnlySpan<byte> payload)
    {
        uint count = ReadUInt32(payload);
        ReadOnlySpan<byte> rest = payload[14..];
        for (uint i = 0; i < count; i++)
        {
            ulong slot = ReadUInt64(rest);
            ulong address = ReadUInt64(rest[8..]);
            ulong type = ReadUInt64(rest[16..]);
            rest = rest[28..];
            string name = TakeString(ref rest);
            if (address != 0)
            {
                _statics.Add(new HeapStatic(slot, address, type, name));
            }
        }
    }

    private void ReadTypes(ReadOnlySpan<byte> payload)
    {
        uint count = ReadUInt32(payload);
        ReadOnlySpan<byte> rest = payload[6..];
        for (uint i = 0; i < count; i++)
        {
            ulong id = ReadUInt64(rest);
            ulong module = ReadUInt64(rest[8..]);
            int token = (int)ReadUInt32(rest[16..]);
            uint flags = ReadUInt32(rest[20..]);
            rest = rest[25..];
            string name = TakeString(ref rest);
            int parameters = (int)ReadUInt32(rest);
            ReadOnlySpan<byte> ids = rest.Slice(4, checked(8 * parameters));
            rest = rest[(4 + ids.Length)..];
            int rank = (flags & ArrayFlag) == 0 ? 0 : (flags & RankMask) == 0 ? TypeDescription.Vector : (int)((flags & RankMask) >> RankShift);
            _descriptions[id] = new TypeDescription(name, module, token, rank, [.. MemoryMarshal.Cast<byte, ulong>(ids)]);
        }
    }

    private static ReadOnlySpan<byte> Rows(ReadOnlySpan<byte> payload, int rowBytes)
    {
        int count = (int)ReadUInt32(payload[4..]);
        return payload.Slice(10, checked(count * rowBytes));
    }

    private static string TakeString(ref ReadOnlySpan<byte> rest)
    {
        ReadOnlySpan<char> text = MemoryMarshal.Cast<byte, char>(rest);
        int length = text.IndexOf('\0');
        if (length < 0)
        {
            throw new InvalidDataException("The stream is damaged: a name does not end.");
        }

        rest = rest[(2 * (length + 1))..];
        return text[..length].ToString();
    }

    private static uint ReadUInt32(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt32LittleEndian(source);

    private static ulong ReadUInt64(ReadOnlySpan<byte> source) => BinaryPrimitives.ReadUInt64LittleEndian(source);

    // Rows as the runtime writes them: little-endian, packed.
    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct NodeRow(ulong Address, ulong Size, ulong Type, ulong EdgeCount);

    [StructLayout(LayoutKind.Sequential, Pack = 1)]
    private readonly record struct EdgeRow(ulong Target, uint FieldId);
}
