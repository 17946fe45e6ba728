namespace MemGuard.HeapSnapshots.Capture;

/// <summary>The static fields that hold an object, with the class and the field exactly: of classes, of constructed generic classes, and of each thread.</summary>
/// <remarks>Read from the runtime's descriptions in the frozen copy: no value is asked for, so no static constructor runs.</remarks>
internal sealed class StaticRoots
{
    private const uint HasStatics = 2;

    // How a class was made from a generic one (methodtable.h).
    private const uint ConstructedMask = 0x30;
    private const uint ConstructedExactly = 0x10;
    private const uint ConstructedShared = 0x20;
    private const int MaxEntries = 1 << 22;
    private const int MaxFields = 1 << 16;
    private const uint IndexMask = 0xFFFFFF;
    private const int KindShift = 24;
    private const ulong ArrayData = 16;

    // The first indexes of thread statics are those that need no array.
    private const uint UnusedIndexes = 2;

    // The runtime's descriptions lie in memory that the copy shares with this process and are read here: what is loaded meanwhile is whole here only.
    private readonly MemoryView _runtime;
    private readonly MemoryView _frozen;
    private readonly ContractDescriptor _contract;
    private readonly LiveTypes _types;
    private readonly ObjectTypes _objectTypes;
    private readonly ObjectList _objects;
    private readonly ulong _tableType;
    private readonly List<ulong> _threadArrays = [];
    private readonly int _class;
    private readonly int _auxiliary;
    private readonly int _genericStatics;
    private readonly int _threadStatics;

    // The table that a slot was last found in: a class's slots lie side by side.
    private ulong _tableStart;
    private ulong _tableEnd;

    private StaticRoots(MemoryView runtime, MemoryView frozen, RuntimeLayout layout, LiveTypes types, IEnumerable<RuntimeThread> threads, ObjectTypes objectTypes, ObjectList objects)
    {
        _objectTypes = objectTypes;
        _objects = objects;
        _tableType = frozen.ReadUInt64(layout.Contract.AddressOf("ObjectArrayMethodTable"));
        _runtime = runtime;
        _frozen = frozen;
        _contract = layout.Contract;
        _types = types;
        _class = layout.CanonicalClass;
        _auxiliary = layout.AuxiliaryData;

        // Both lie before the description that a class points at.
        _genericStatics = _contract.SizeOf("DynamicStaticsInfo");
        _threadStatics = _contract.SizeOf("ThreadStaticsInfo");
        int array = _contract.OffsetOf("ThreadLocalData", "NonCollectibleTlsArrayData");
        foreach (RuntimeThread thread in threads)
        {
            if (thread.ThreadStatics != 0 && frozen.ReadUInt64(thread.ThreadStatics + (ulong)array) is var data and not 0)
            {
                _threadArrays.Add(data);
            }
        }
    }

    public List<HeapStatic> Statics { get; } = [];

    /// <summary>The arrays of thread statics, one a thread.</summary>
    public IReadOnlyList<ulong> ThreadArrays => _threadArrays;

    public static StaticRoots Read(MemoryView runtime, MemoryView frozen, RuntimeLayout layout, LiveTypes types, IEnumerable<RuntimeThread> threads, ObjectTypes objectTypes, ObjectList objects)
    {
        StaticRoots roots = new(runtime, frozen, layout, types, threads, objectTypes, objects);
        foreach (ulong module in types.Modules)
        {
            roots.ReadModule(module);
        }

        return roots;
    }

    private void ReadModule(ulong module)
    {
        ulong table = module + (ulong)_contract.OffsetOf("Module", "TypeDefToMethodTableMap");
        ulong mask = _runtime.ReadUInt64(table + (ulong)_contract.OffsetOf("ModuleLookupMap", "SupportedFlagsMask"));
        int budget = MaxEntries;
        while (table != 0)
        {
            ulong entries = _runtime.ReadUInt64(table + (ulong)_contract.OffsetOf("ModuleLookupMap", "TableData"));
            uint count = _runtime.ReadUInt32(table + (ulong)_contract.OffsetOf("ModuleLookupMap", "Count"));
            for (uint i = 0; i < count; i++)
            {
                Spend(ref budget);
                ReadClass(_runtime.ReadUInt64(entries + (i * 8UL)) & ~mask);
            }

            table = _runtime.ReadUInt64(table + (ulong)_contract.OffsetOf("ModuleLookupMap", "Next"));
        }

        ReadConstructed(_runtime.ReadUInt64(module + (ulong)_contract.OffsetOf("Module", "AvailableTypeParams")), budget);
    }

    // A hash table of constructed types: its first word is the number of buckets, and three words come before them.
    private void ReadConstructed(ulong table, int budget)
    {
        ulong buckets = table == 0 ? 0 : _runtime.ReadUInt64(table + (ulong)_contract.OffsetOf("EETypeHashTable", "Buckets"));
        if (buckets == 0)
        {
            return;
        }

        int value = _contract.OffsetOf("EETypeHashTable", "VolatileEntryValue");
        int next = _contract.OffsetOf("EETypeHashTable", "VolatileEntryNextEntry");
        ulong count = _runtime.ReadUInt64(buckets);
        for (ulong i = 3; i < count + 3; i++)
        {
            // The last entry of a bucket points back with its lowest bit set.
            for (ulong entry = _runtime.ReadUInt64(buckets + (i * 8)); entry != 0 && (entry & 1) == 0; entry = _runtime.ReadUInt64(entry + (ulong)next))
            {
                Spend(ref budget);
                ulong id = _runtime.ReadUInt64(entry + (ulong)value) & ~1UL;

                // The second bit marks what is no class: arrays of pointers, type variables.
                ReadClass((id & 2) == 0 ? id : 0);
            }
        }
    }

    private void ReadClass(ulong id)
    {
        if (id == 0 || (_runtime.ReadUInt32(id + (ulong)_contract.OffsetOf("MethodTable", "MTFlags2")) & HasStatics) == 0)
        {
            return;
        }

        ulong canonical = id;
        ulong description = _runtime.ReadUInt64(id + (ulong)_class);
        if ((description & 1) != 0)
        {
            canonical = description & ~1UL;
            description = _runtime.ReadUInt64(canonical + (ulong)_class);
        }

        int count = _runtime.ReadUInt16(description + (ulong)_contract.OffsetOf("EEClass", "NumStaticFields"));
        if (count == 0)
        {
            return;
        }

        ulong auxiliary = _runtime.ReadUInt64(id + (ulong)_auxiliary);
        ulong statics = _runtime.ReadUInt64(auxiliary - (ulong)_genericStatics + (ulong)_contract.OffsetOf("DynamicStaticsInfo", "GCStatics")) & ~1UL;
        bool hasThreadStatics = _runtime.ReadUInt16(description + (ulong)_contract.OffsetOf("EEClass", "NumThreadStaticFields")) != 0;
        uint index = hasThreadStatics ? _runtime.ReadUInt32(auxiliary - (ulong)_threadStatics + (ulong)_contract.OffsetOf("ThreadStaticsInfo", "GCTlsIndex")) : 0;
        if (statics != 0 || hasThreadStatics)
        {
            ReadFields(id, description, canonical, statics, hasThreadStatics, index);
        }
    }

    private void ReadFields(ulong id, ulong description, ulong canonical, ulong statics, bool hasThreadStatics, uint index)
    {
        int own = CountOwnInstanceFields(canonical, description);
        int count = own + _runtime.ReadUInt16(description + (ulong)_contract.OffsetOf("EEClass", "NumStaticFields"));
        ulong list = _runtime.ReadUInt64(description + (ulong)_contract.OffsetOf("EEClass", "FieldDescList"));
        uint flags = _runtime.ReadUInt32(id);
        if ((flags & ConstructedMask) is ConstructedExactly or ConstructedShared)
        {
            // The description of a constructed class's static fields is its own; instance fields are not in it.
            list = _runtime.ReadUInt64(_runtime.ReadUInt64(id + (ulong)_auxiliary) - (ulong)_genericStatics - 8);
            count -= own;
            own = 0;
        }

        if (list == 0 || own < 0 || count > MaxFields)
        {
            return;
        }

        bool isCollectible = (flags & ObjectTypes.IsCollectible) != 0;
        Type? declaring = null;
        for (int i = own; i < count; i++)
        {
            ulong field = list + (ulong)(i * FieldPlaces.DescriptionBytes);
            uint token = _runtime.ReadUInt32(field + FieldPlaces.TokenWord);
            uint offset = _runtime.ReadUInt32(field + FieldPlaces.OffsetWord);
            bool isThreadStatic = (token & FieldPlaces.IsThreadStatic) != 0;
            if (FieldPlaces.KindOf(offset) is not (FieldPlaces.ReferenceKind or FieldPlaces.ValueKind) || (token & FieldPlaces.IsMapped) != 0)
            {
                continue;
            }

            IEnumerable<ulong> places = isThreadStatic ? hasThreadStatics ? ThreadPlaces(index) : [] : statics == 0 ? [] : [statics];
            foreach (ulong place in places)
            {
                ulong slot = place + (ulong)FieldPlaces.OffsetOf(offset);
                if (IsTable(slot) && _frozen.TryReadUInt64(slot, out ulong held) && held != 0 && IsObject(held))
                {
                    declaring ??= _types.Find(id, isCollectible);
                    if (declaring is null or { ContainsGenericParameters: true })
                    {
                        return;
                    }

                    ulong type = _frozen.ReadUInt64(held) & ~7UL;
                    Statics.Add(new HeapStatic(slot, held, type, "") { Owner = new HeapStaticOwner(declaring, (int)(0x04000000 | (token & FieldPlaces.TokenMask)), isThreadStatic) });
                }
            }
        }
    }

    // Of a class that was initialised after the copy was made the place is not there yet, or is something else.
    private bool IsTable(ulong slot)
    {
        if (slot < _tableStart || slot >= _tableEnd)
        {
            if (_objects.Find(slot) is not { } found || _objectTypes.Ids[found.Entry.Type] != _tableType)
            {
                return false;
            }

            _tableStart = found.Address;
            _tableEnd = found.Address + (found.Entry.Units * 8UL);
        }

        return true;
    }

    private bool IsObject(ulong address) => _frozen.TryReadUInt64(address, out ulong type) && _objectTypes.FindKnown(type & ~7UL) >= 0;

    // Instance fields come first. The number counts those of base classes too.
    private int CountOwnInstanceFields(ulong canonical, ulong description)
    {
        int counts = _contract.OffsetOf("EEClass", "NumInstanceFields");
        int all = _runtime.ReadUInt16(description + (ulong)counts);
        ulong parent = _runtime.ReadUInt64(canonical + (ulong)_contract.OffsetOf("MethodTable", "ParentMethodTable"));
        if (parent == 0)
        {
            return all;
        }

        ulong above = _runtime.ReadUInt64(parent + (ulong)_class);
        above = (above & 1) != 0 ? _runtime.ReadUInt64((above & ~1UL) + (ulong)_class) : above;
        return all - _runtime.ReadUInt16(above + (ulong)counts);
    }

    // The offsets of thread statics count from the beginning of the array that holds a class's.
    // Each thread has an array of the classes' thread statics, whose elements are the places of one class.
    private IEnumerable<ulong> ThreadPlaces(uint index)
    {
        uint number = index & IndexMask;
        if (index >> KindShift != 0 || number < UnusedIndexes)
        {
            yield break;
        }

        foreach (ulong array in _threadArrays)
        {
            ulong length = _frozen.ReadUInt64(array + 8) & uint.MaxValue;
            if (number - UnusedIndexes < length && _frozen.ReadUInt64(array + ArrayData + ((number - UnusedIndexes) * 8UL)) is var own and not 0)
            {
                yield return own;
            }
        }
    }

    private static void Spend(ref int budget)
    {
        if (--budget < 0)
        {
            throw new InvalidDataException("a table of types does not end");
        }
    }
}
