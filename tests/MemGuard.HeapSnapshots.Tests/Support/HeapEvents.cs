using System.Text;
using MemGuard.HeapSnapshots.Capture;
using static MemGuard.HeapSnapshots.Tests.Support.NettraceStream;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>The contents of the runtime's heap events.</summary>
internal static class HeapEvents
{
    public const int GCStartId = 1;
    public const int GCEndId = 2;
    public const int TypesId = 15;
    public const int RootsId = 16;
    public const int WeakTableId = 17;
    public const int NodesId = 18;
    public const int EdgesId = 19;
    public const int StaticsId = 38;

    public static byte[] GCStart(uint generation = 2, uint reason = 1, uint type = 0) => [.. UInt32(1), .. UInt32(generation), .. UInt32(reason), .. UInt32(type), 0, 0];

    public static byte[] GCEnd() => [.. UInt32(1), .. UInt32(2), 0, 0];

    public static byte[] Nodes(uint index, params (ulong Address, ulong Size, ulong Type, ulong Edges)[] nodes)
    {
        List<byte> bytes = Bulk(index, nodes.Length);
        foreach ((ulong address, ulong size, ulong type, ulong edges) in nodes)
        {
            bytes.AddRange([.. UInt64(address), .. UInt64(size), .. UInt64(type), .. UInt64(edges)]);
        }

        return [.. bytes];
    }

    public static byte[] Edges(uint index, params ReadOnlySpan<ulong> targets)
    {
        List<byte> bytes = Bulk(index, targets.Length);
        foreach (ulong target in targets)
        {
            bytes.AddRange([.. UInt64(target), .. UInt32(0)]);
        }

        return [.. bytes];
    }

    public static byte[] Roots(params (ulong Address, byte Kind, uint Flags)[] roots)
    {
        List<byte> bytes = Bulk(0, roots.Length);
        foreach ((ulong address, byte kind, uint flags) in roots)
        {
            bytes.AddRange([.. UInt64(address), kind, .. UInt32(flags), .. UInt64(0)]);
        }

        return [.. bytes];
    }

    public static byte[] WeakTable(params (ulong Key, ulong Value)[] pairs)
    {
        List<byte> bytes = Bulk(0, pairs.Length);
        foreach ((ulong key, ulong value) in pairs)
        {
            bytes.AddRange([.. UInt64(key), .. UInt64(value), .. UInt64(0)]);
        }

        return [.. bytes];
    }

    public static byte[] Statics(params (ulong Slot, ulong Address, ulong Type, string Name)[] fields)
    {
        List<byte> bytes = [.. UInt32((uint)fields.Length), .. UInt64(0), 0, 0];
        foreach ((ulong slot, ulong address, ulong type, string name) in fields)
        {
            bytes.AddRange([.. UInt64(slot), .. UInt64(address), .. UInt64(type), .. UInt32(0), .. Encoding.Unicode.GetBytes(name + "\0")]);
        }

        return [.. bytes];
    }

    public static byte[] Types(params (ulong Id, string Name, ulong[] Parameters)[] types) =>
        Types([.. types.Select(static type => new TypeDescription(type.Name, 0, 0, 0, type.Parameters))], [.. types.Select(static type => type.Id)]);

    /// <summary>Descriptions of types as the runtime writes them; modules have any numbers, the same for the same module.</summary>
    public static byte[] Types(params Type[] types) =>
        Types([.. types.Select(Describe)], [.. types.Select(static type => (ulong)type.TypeHandle.Value)]);

    public static byte[] Types(TypeDescription[] types, ulong[] ids)
    {
        List<byte> bytes = [.. UInt32((uint)types.Length), 0, 0];
        for (int i = 0; i < types.Length; i++)
        {
            TypeDescription type = types[i];
            uint flags = type.ArrayRank == 0 ? 0 : type.ArrayRank == TypeDescription.Vector ? 8 : 8 | ((uint)type.ArrayRank << 8);
            bytes.AddRange([.. UInt64(ids[i]), .. UInt64(type.ModuleId), .. UInt32((uint)type.Token), .. UInt32(flags), 0]);
            bytes.AddRange([.. Encoding.Unicode.GetBytes(type.Name + "\0"), .. UInt32((uint)type.Arguments.Count)]);
            bytes.AddRange(type.Arguments.SelectMany(UInt64));
        }

        return [.. bytes];
    }

    public static TypeDescription Describe(Type type) => new(
        type.ToString(),
        (ulong)type.Module.GetHashCode(),
        type.IsArray ? 0 : type.MetadataToken,
        !type.IsArray ? 0 : type.IsSZArray ? TypeDescription.Vector : type.GetArrayRank(),
        [.. (type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments()).Select(static argument => (ulong)argument.TypeHandle.Value)]);

    private static List<byte> Bulk(uint index, int count) => [.. UInt32(index), .. UInt32((uint)count), 0, 0];
}
