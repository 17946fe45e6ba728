using System.Runtime.CompilerServices;

namespace MemGuard.HeapSnapshots.Capture;

/// <summary>Copies an object's references out of the frozen heap, with the place of each.</summary>
internal sealed unsafe class ReferenceReader(HeapWindow window) : IDisposable
{
    /// <summary>How many fit: more than the largest object has that is no array.</summary>
    public const int Capacity = 1 << 18;

    /// <summary>The place of a reference that lies too far behind to be told.</summary>
    public const ushort UnknownSlot = ushort.MaxValue;

    private const int HeaderBytes = 8;

    private readonly NativeArray<ulong> _targets = new(Capacity);
    private readonly NativeArray<ushort> _slots = new(Capacity);

    public int Count { get; private set; }

    /// <summary>Addresses of the objects referred to.</summary>
    public ReadOnlySpan<ulong> Targets => _targets.AsSpan(0, Count);

    /// <summary>Where each reference lies, in units of 8 bytes: from the object's beginning, or of an array from the element's.</summary>
    public ReadOnlySpan<ushort> Slots => _slots.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Adds an object's references that are not null.</summary>
    /// <param name="type">Its type, which has references.</param>
    /// <param name="address">Where it is.</param>
    /// <param name="bytes">Its size.</param>
    /// <param name="limit">Where its region ends.</param>
    /// <param name="position">Where to go on; 0 to begin.</param>
    /// <returns>Where to go on when there was no room for all; 0 when it is done.</returns>
    public ulong Add(in ObjectType type, ulong address, ulong bytes, ulong limit, ulong position) =>
        type.ComponentBytes == 0 ? AddFields(type, address, limit)
        : type.IsRepeated ? AddStructs(type, address, bytes, limit, position)
        : AddElements(type, address, bytes, limit, position);

    public void Dispose()
    {
        _targets.Dispose();
        _slots.Dispose();
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong AddFields(in ObjectType type, ulong address, ulong limit)
    {
        if (Capacity - Count < type.BaseBytes / 8)
        {
            return Count > 0 ? address : throw new InvalidDataException("an object is larger than any can be");
        }

        byte* start = Require(address, type.BaseBytes, limit);
        int[] runs = type.Runs!;
        int count = Count;
        for (int i = 0; i < runs.Length; i += 2)
        {
            int end = runs[i] + runs[i + 1];
            for (int offset = runs[i]; offset < end; offset += 8)
            {
                ulong target = *(ulong*)(start + offset);
                if (target != 0)
                {
                    _targets.Pointer[count] = target;
                    _slots.Pointer[count++] = SlotOf(offset);
                }
            }
        }

        Count = count;
        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong AddElements(in ObjectType type, ulong address, ulong bytes, ulong limit, ulong position)
    {
        int[] runs = type.Runs!;
        ulong start = address + (ulong)runs[0];
        ulong end = start + (ulong)runs[1] + (bytes - type.BaseBytes);
        ulong at = position == 0 ? start : position;
        while (at < end)
        {
            byte* words = Require(at, 8, limit);
            ulong here = Math.Min(window.Available(at), end - at) / 8;
            int count = Count;
            ulong i = 0;
            for (; i < here && count < Capacity; i++)
            {
                ulong target = *(ulong*)(words + (i * 8));
                if (target != 0)
                {
                    _targets.Pointer[count] = target;
                    _slots.Pointer[count++] = 0;
                }
            }

            Count = count;
            at += i * 8;
            if (count == Capacity && at < end)
            {
                return at;
            }
        }

        return 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private ulong AddStructs(in ObjectType type, ulong address, ulong bytes, ulong limit, ulong position)
    {
        // The base size counts the header before the object: the first element lies that much nearer.
        int[] runs = type.Runs!;
        ulong start = address + type.BaseBytes - HeaderBytes;
        ulong end = start + (bytes - type.BaseBytes);
        int first = runs[0] - (int)(type.BaseBytes - HeaderBytes);
        for (ulong at = position == 0 ? start : position; at < end; at += type.ComponentBytes)
        {
            if (Capacity - Count < type.ComponentBytes / 8)
            {
                return at;
            }

            byte* element = Require(at, type.ComponentBytes, limit);
            int offset = first;
            for (int i = 1; i < runs.Length; i += 2)
            {
                for (int left = runs[i]; left > 0; left--, offset += 8)
                {
                    ulong target = *(ulong*)(element + offset);
                    if (target != 0)
                    {
                        _targets.Pointer[Count] = target;
                        _slots.Pointer[Count++] = SlotOf(offset);
                    }
                }

                offset += runs[i + 1];
            }
        }

        return 0;
    }

    private static ushort SlotOf(int offset) => (ushort)Math.Min(offset >> 3, UnknownSlot);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Require(ulong address, uint count, ulong limit)
    {
        byte* bytes = window.At(address, count, limit);
        return bytes is not null ? bytes : throw new InvalidDataException("the frozen copy could not be read to its end");
    }
}
