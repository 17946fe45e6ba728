using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The capture's types, named once each. Holds every loaded assembly so that no collectible one can unload between capture and naming.</summary>
internal sealed class HeapTypeTable
{
    private static readonly Dictionary<ulong, TypeDescription> NoDescriptions = [];

    private readonly HeapType[] _types;
    private readonly Dictionary<ulong, HeapType> _byId = [];

    public HeapTypeTable(IReadOnlyList<HeapTypeRecord> records, IReadOnlyList<Assembly> assemblies, IReadOnlyDictionary<ulong, TypeDescription>? descriptions = null)
    {
        Assemblies = assemblies;
        LiveTypes live = new(descriptions ?? NoDescriptions, assemblies);
        _types = new HeapType[records.Count];
        for (int i = 0; i < records.Count; i++)
        {
            _types[i] = HeapType.From(records[i].Type ?? live.Find(records[i].Id), records[i].Name);
            _byId[records[i].Id] = _types[i];
        }
    }

    public IReadOnlyList<Assembly> Assemblies { get; }

    public int Count => _types.Length;

    public HeapType this[int index] => _types[index];

    public Type? FindType(ulong id) => _byId.GetValueOrDefault(id)?.Type;
}
