using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The capture's types, named once each. Holds every loaded assembly so that no collectible one can unload between capture and naming.</summary>
internal sealed class HeapTypeTable
{
    private const ulong NotAMethodTable = 2;

    private readonly HeapType[] _types;
    private readonly Dictionary<ulong, HeapType> _byId = [];

    public HeapTypeTable(IReadOnlyList<HeapTypeRecord> records, IReadOnlyList<Assembly> assemblies)
    {
        Assemblies = assemblies;
        _types = new HeapType[records.Count];
        for (int i = 0; i < records.Count; i++)
        {
            _types[i] = HeapType.From(Resolve(records[i]), records[i].Name);
            _byId[records[i].Id] = _types[i];
        }
    }

    public IReadOnlyList<Assembly> Assemblies { get; }

    public int Count => _types.Length;

    public HeapType this[int index] => _types[index];

    public Type? FindType(ulong id) => _byId.GetValueOrDefault(id)?.Type;

    // The handle is the address of the runtime's own description of a type that was alive at the walk and that an assembly still holds. One that the
    // stream does not also describe by name may come from a damaged row, and to follow it would end the process.
    private static Type? Resolve(HeapTypeRecord record) =>
        record.Name is null || record.Id == 0 || (record.Id & NotAMethodTable) != 0 ? null : Type.GetTypeFromHandle(RuntimeTypeHandle.FromIntPtr((nint)record.Id));
}
