using System.Reflection;
using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Analysis;

/// <summary>Finds the class of each static root: the runtime gives the field's name and the object's exact type, not who declares it.</summary>
/// <remarks>Name and type settle most. The rest is settled by place: a class's fields lie side by side in a fixed order, so its neighbours say which class a slot belongs to. No value is read, so no static constructor runs.</remarks>
internal sealed class StaticNames
{
    private const int SlotBytes = 8;

    // More classes of one name and type are copies, as of a plugin in many load contexts: to compare each with each would take longer than anybody waits.
    private const int MostCandidates = 64;

    private readonly IReadOnlyList<HeapStatic> _statics;
    private readonly List<FieldInfo>[] _candidates;
    private readonly Dictionary<ulong, string> _nameAt = [];
    private readonly Dictionary<Type, ulong> _baseOf = [];
    private readonly HashSet<FieldInfo> _taken = [];
    private readonly StaticLayout _layout = new();

    private StaticNames(IReadOnlyList<HeapStatic> statics, HeapTypeTable types)
    {
        _statics = statics;
        HashSet<string> wanted = [.. statics.Where(static root => root.Owner is null).Select(static root => root.FieldName)];
        Dictionary<string, List<FieldInfo>> index = StaticFieldIndex.Find(wanted, types.Assemblies);
        _candidates = new List<FieldInfo>[statics.Count];
        for (int i = 0; i < statics.Count; i++)
        {
            if (statics[i].Owner is { } owner)
            {
                _candidates[i] = FindExact(owner);
                continue;
            }

            Type? held = types.FindType(statics[i].TypeId);
            _candidates[i] = index.TryGetValue(statics[i].FieldName, out List<FieldInfo>? fields) ? fields.FindAll(candidate => CanHold(candidate, held)) : [];
            _nameAt[statics[i].Slot] = statics[i].FieldName;
        }
    }

    public static IReadOnlyList<StaticOwner> Resolve(IReadOnlyList<HeapStatic> statics, HeapTypeTable types)
    {
        StaticNames names = new(statics, types);
        names.Settle();
        foreach (FieldInfo candidate in names._candidates.Where(static candidates => candidates.Count <= MostCandidates).SelectMany(static candidates => candidates))
        {
            types.Names.Include(candidate.DeclaringType!);
        }

        return [.. names._candidates.Select((candidates, i) => new StaticOwner(statics[i].FieldName, candidates) { Names = types.Names, IsThreadStatic = statics[i].Owner is { IsThreadStatic: true } })];
    }

    private static List<FieldInfo> FindExact(HeapStaticOwner owner) =>
        [.. Reflection.GetStaticFields(owner.Declaring).Where(field => field.MetadataToken == owner.FieldToken)];

    private static bool CanHold(FieldInfo candidate, Type? held) =>
        held is not null
        && candidate.DeclaringType is { ContainsGenericParameters: false }
        && !Reflection.IsThreadStatic(candidate)
        && Reflection.GetFieldType(candidate) is { } declared
        && (Reflection.CanHold(declared, held) || Nullable.GetUnderlyingType(declared) == held);

    // Each class that becomes certain fixes where all its fields lie, which can settle others: repeat until nothing changes.
    private void Settle()
    {
        if (_statics.All(static root => root.Owner is not null))
        {
            return;
        }

        for (int i = 0; i < _statics.Count; i++)
        {
            Learn(i);
        }

        bool isChanged = true;
        while (isChanged)
        {
            isChanged = false;
            for (int i = 0; i < _statics.Count; i++)
            {
                if (_candidates[i].Count is > 1 and <= MostCandidates)
                {
                    int before = _candidates[i].Count;
                    Narrow(i);
                    Learn(i);
                    isChanged |= _candidates[i].Count < before;
                }
            }
        }
    }

    private void Learn(int root)
    {
        if (_candidates[root] is [{ DeclaringType: { } declaring } certain])
        {
            _taken.Add(certain);
            _baseOf.TryAdd(declaring, BaseOf(certain, _statics[root].Slot));
        }
    }

    private void Narrow(int root)
    {
        ulong slot = _statics[root].Slot;
        List<FieldInfo> possible = _candidates[root].FindAll(candidate => !_taken.Contains(candidate) && Neighbours(candidate, slot) >= 0);
        if (possible.Count == 0)
        {
            return;
        }

        List<FieldInfo> supported = possible.FindAll(candidate => Neighbours(candidate, slot) > 0);
        _candidates[root] = supported.Count == 1 ? supported : possible;
    }

    // How many neighbouring roots bear the names that the class would give them; -1 when one bears another name, or the class lies elsewhere.
    private int Neighbours(FieldInfo candidate, ulong slot)
    {
        ulong start = BaseOf(candidate, slot);
        if (_baseOf.TryGetValue(candidate.DeclaringType!, out ulong known))
        {
            return known == start ? int.MaxValue : -1;
        }

        int agreeing = 0;
        IReadOnlyList<FieldInfo> fields = _layout.Of(candidate.DeclaringType!);
        for (int i = 0; i < fields.Count; i++)
        {
            ulong place = start + ((ulong)i * SlotBytes);
            if (place != slot && _nameAt.TryGetValue(place, out string? name))
            {
                if (name != fields[i].Name)
                {
                    return -1;
                }

                agreeing++;
            }
        }

        return agreeing;
    }

    private ulong BaseOf(FieldInfo candidate, ulong slot)
    {
        IReadOnlyList<FieldInfo> fields = _layout.Of(candidate.DeclaringType!);
        int position = 0;
        while (position < fields.Count && fields[position] != candidate)
        {
            position++;
        }

        return slot - ((ulong)position * SlotBytes);
    }
}
