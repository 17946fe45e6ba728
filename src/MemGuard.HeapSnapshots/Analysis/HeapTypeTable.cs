using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>The capture's types, named once each. Holds every loaded assembly so that no collectible one can unload between capture and naming.</summary>
internal sealed class HeapTypeTable
{
    private static readonly Dictionary<ulong, TypeDescription> NoDescriptions = [];

    private readonly IReadOnlyList<HeapTypeRecord> _records;
    private readonly Type?[] _found;

    // Named when asked for: by then all types are known that could share a simple name.
    private readonly HeapType?[] _types;
    private readonly Dictionary<ulong, Type?> _byId = [];

    public HeapTypeTable(IReadOnlyList<HeapTypeRecord> records, IReadOnlyList<Assembly> assemblies, IReadOnlyDictionary<ulong, TypeDescription>? descriptions = null)
    {
        Assemblies = assemblies;
        LiveTypes live = new(descriptions ?? NoDescriptions, assemblies);
        _records = records;
        _found = new Type?[records.Count];
        _types = new HeapType?[records.Count];
        for (int i = 0; i < records.Count; i++)
        {
            Type? type = records[i].Type ?? live.Find(records[i].Id);
            _found[i] = type;
            _byId[records[i].Id] = type;
            if (type is not null)
            {
                Names.Include(type);
            }
        }
    }

    public IReadOnlyList<Assembly> Assemblies { get; }

    /// <summary>How types are written here: with their namespace where two of them share a simple name.</summary>
    public TypeNames Names { get; } = new();

    public int Count => _types.Length;

    public HeapType this[int index] => _types[index] ??= HeapType.From(_found[index], _records[index].Name, Names);

    public Type? FindType(ulong id) => _byId.GetValueOrDefault(id);
}
