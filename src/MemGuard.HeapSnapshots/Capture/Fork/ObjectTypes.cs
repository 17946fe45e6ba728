using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The types that the walk meets, read from the runtime's descriptions in the frozen copy: sizes and where references lie.</summary>
/// <param name="view">The frozen copy.</param>
/// <param name="layout">The runtime's layout.</param>
internal sealed class ObjectTypes(MemoryView view, RuntimeLayout layout)
{
    /// <summary>More types than a node can number.</summary>
    public const int MaxTypes = (1 << 20) - 1;

    // Flags of a type's first word (methodtable.h).
    private const uint HasComponents = 0x80000000;
    private const uint HasReferences = 0x01000000;
    public const uint IsCollectible = 0x00200000;
    private const uint SmallestObjectBytes = 16;
    private const uint LargestBaseBytes = 0x40000000;
    private const ulong SmallestAddress = 0x10000;
    private const int MaxSeries = 1 << 16;

    private readonly ulong _freeType = view.ReadUInt64(layout.Contract.AddressOf("FreeObjectMethodTable"));
    private readonly List<ulong> _ids = [];
    private ObjectType[] _types = new ObjectType[1024];
    private ulong[] _keys = new ulong[4096];
    private int[] _numbers = new int[4096];
    private ulong _lastId;
    private int _lastNumber = -1;

    /// <summary>The runtime's handles of the types, by number.</summary>
    public IReadOnlyList<ulong> Ids => _ids;

    public ref readonly ObjectType this[int number] => ref _types[number];

    /// <returns>The type's number; -1 when this is no type.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int GetOrAdd(ulong id) => id == _lastId && _lastNumber >= 0 ? _lastNumber : Find(id, mayAdd: true);

    /// <returns>The number of a type that was met before; -1 for none.</returns>
    public int FindKnown(ulong id) => id < SmallestAddress ? -1 : Find(id, mayAdd: false);

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private int Find(ulong id, bool mayAdd)
    {
        int slot = FindSlot(id);
        if (_keys[slot] == 0)
        {
            if (!mayAdd || _ids.Count == MaxTypes || !TryDescribe(id, out ObjectType type))
            {
                return -1;
            }

            slot = Add(id, type);
        }

        _lastId = id;
        _lastNumber = _numbers[slot];
        return _lastNumber;
    }

    private int Add(ulong id, in ObjectType type)
    {
        if (_ids.Count * 2 > _keys.Length)
        {
            _keys = new ulong[_keys.Length * 2];
            _numbers = new int[_keys.Length];
            for (int i = 0; i < _ids.Count; i++)
            {
                int known = FindSlot(_ids[i]);
                _keys[known] = _ids[i];
                _numbers[known] = i;
            }
        }

        if (_ids.Count == _types.Length)
        {
            Array.Resize(ref _types, _types.Length * 2);
        }

        int slot = FindSlot(id);
        _keys[slot] = id;
        _numbers[slot] = _ids.Count;
        _types[_ids.Count] = type;
        _ids.Add(id);
        return slot;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private int FindSlot(ulong id)
    {
        int mask = _keys.Length - 1;
        int slot = (int)((id * 0x9E3779B97F4A7C15UL) >> 40) & mask;
        while (_keys[slot] != 0 && _keys[slot] != id)
        {
            slot = (slot + 1) & mask;
        }

        return slot;
    }

    // A word is a type when it points at a description whose class points back at it.
    private bool TryDescribe(ulong id, out ObjectType type)
    {
        type = default;
        if (id < SmallestAddress || (id & 7) != 0 || !view.TryReadUInt64(id, out ulong first))
        {
            return false;
        }

        uint flags = (uint)first;
        uint baseBytes = (uint)(first >> 32);
        bool isFree = id == _freeType;
        if (baseBytes is < SmallestObjectBytes or > LargestBaseBytes || (!isFree && !IsClass(id)))
        {
            return false;
        }

        uint componentBytes = (flags & HasComponents) != 0 ? flags & 0xFFFF : 0;
        int[]? runs = null;
        bool isRepeated = false;
        if ((flags & HasReferences) != 0)
        {
            runs = ReadRuns(id, baseBytes, componentBytes, out isRepeated);
            if (runs is null)
            {
                return false;
            }
        }

        type = new ObjectType
        {
            BaseBytes = baseBytes,
            ComponentBytes = componentBytes,
            Runs = runs,
            IsRepeated = isRepeated,
            IsFree = isFree,
            IsCollectible = (flags & IsCollectible) != 0,
        };
        return true;
    }

    /// <returns>Whether a word is a type: it points at a description whose class points back at it.</returns>
    public bool IsClass(ulong id)
    {
        if (!view.TryReadUInt64(id + (ulong)layout.CanonicalClass, out ulong found))
        {
            return false;
        }

        ulong canonical = id;
        if ((found & 1) != 0)
        {
            canonical = found & ~1UL;
            if (!view.TryReadUInt64(canonical + (ulong)layout.CanonicalClass, out found))
            {
                return false;
            }
        }

        return view.TryReadUInt64(found + (ulong)layout.ClassMethodTable, out ulong back) && back == canonical;
    }

    // The garbage collector's own description, which lies before the type's (gcdesc.h): a count, then offsets and lengths.
    private int[]? ReadRuns(ulong id, uint baseBytes, uint componentBytes, out bool isRepeated)
    {
        isRepeated = false;
        if (!view.TryReadUInt64(id - 8, out ulong word) || (long)word is 0 or > MaxSeries or < -MaxSeries)
        {
            return null;
        }

        int count = (int)(long)word;
        isRepeated = count < 0;
        return isRepeated ? ReadRepeated(id, -count, baseBytes, componentBytes) : ReadSeries(id, count, baseBytes, componentBytes);
    }

    // Pairs of first offset and length in bytes; the length is stored less the object's size.
    private int[]? ReadSeries(ulong id, int count, uint baseBytes, uint componentBytes)
    {
        int[] runs = new int[count * 2];
        for (int i = 0; i < count; i++)
        {
            ulong at = id - 24 - (16 * (ulong)i);
            if (!view.TryReadUInt64(at, out ulong length) || !view.TryReadUInt64(at + 8, out ulong offset))
            {
                return null;
            }

            long bytes = (long)length + baseBytes;
            bool isInside = offset >= 8 && offset < baseBytes && bytes >= 0 && (componentBytes != 0 || offset + (ulong)bytes <= baseBytes);
            if (!isInside || bytes > baseBytes)
            {
                return null;
            }

            runs[2 * i] = (int)offset;
            runs[(2 * i) + 1] = (int)bytes;
        }

        return runs;
    }

    // Of an array of structs: the first reference's offset, then pairs of references in a row and bytes to skip behind them.
    private int[]? ReadRepeated(ulong id, int count, uint baseBytes, uint componentBytes)
    {
        int[] runs = new int[1 + (count * 2)];
        // The first reference lies in the first element, which begins 8 bytes before the base size.
        if (!view.TryReadUInt64(id - 16, out ulong first) || first < baseBytes - 8 || first >= baseBytes - 8 + componentBytes)
        {
            return null;
        }

        runs[0] = (int)first;
        long bytes = 0;
        for (int i = 0; i < count; i++)
        {
            if (!view.TryReadUInt64(id - 24 - (8 * (ulong)i), out ulong item))
            {
                return null;
            }

            runs[1 + (2 * i)] = (int)(uint)item;
            runs[2 + (2 * i)] = (int)(item >> 32);
            bytes += (8L * (uint)item) + (long)(item >> 32);
        }

        return bytes == componentBytes ? runs : null;
    }
}
