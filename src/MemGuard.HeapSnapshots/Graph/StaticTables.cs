using MemGuard.HeapSnapshots.Capture;

namespace MemGuard.HeapSnapshots.Graph;

/// <summary>Cuts the references from the runtime's tables of static fields to what the fields hold.</summary>
/// <remarks>Static fields live in object arrays that are roots themselves. Uncut, the table and not the field would dominate everything static.</remarks>
internal static class StaticTables
{
    /// <returns>The tables found, as nodes. References that no named field explains stay: those are generic statics.</returns>
    public static HashSet<uint> Cut(HeapGraph graph, AddressIndex index, IReadOnlyList<HeapStatic> statics)
    {
        HashSet<uint> tables = [];
        HashSet<uint> held = [];
        foreach (HeapStatic field in statics)
        {
            uint target = index.Find(field.Address);
            if (target != AddressIndex.NotFound)
            {
                held.Add(target);
            }

            uint table = index.FindAtOrBefore(field.Slot);
            if (table != AddressIndex.NotFound && field.Slot < index.AddressOf(table) + ((ulong)graph.SizeUnits[table] * 8))
            {
                tables.Add(table);
            }
        }

        foreach (uint table in tables)
        {
            foreach (ref uint target in graph.GetTargets(table))
            {
                // A reference to itself changes no dominator and needs no room.
                target = held.Contains(target) ? table : target;
            }
        }

        return tables;
    }
}
