using static MemGuard.HeapSnapshots.Tests.Support.HeapEvents;

namespace MemGuard.HeapSnapshots.Tests.Support;

/// <summary>A whole walk of a heap of four objects: a static list with an array of two strings, one of which also hangs on a handle.</summary>
internal static class ExampleStream
{
    public const ulong Thread = 0x1234;
    public const ulong First = 0x7F12_3400_0000;

    private static readonly List<string> Kept = ["kept"];
    private static readonly (uint Id, string Provider, int EventId)[] Definitions =
    [
        (1, NettraceStream.RuntimeProvider, GCStartId), (2, NettraceStream.RuntimeProvider, TypesId), (3, NettraceStream.RuntimeProvider, NodesId),
        (4, NettraceStream.RuntimeProvider, EdgesId), (5, NettraceStream.RuntimeProvider, RootsId), (6, NettraceStream.RuntimeProvider, StaticsId),
        (7, NettraceStream.RuntimeProvider, WeakTableId), (8, NettraceStream.RuntimeProvider, GCEndId), (9, "Another-Provider", NodesId),
    ];

    public static ulong IdOf(Type type) => (ulong)type.TypeHandle.Value;

    public static ulong AddressOf(int number) => First + ((ulong)number * 64);

    public static NettraceStream Begin() => new NettraceStream().Metadata(Definitions);

    /// <summary>The events in their order, numbered from one on.</summary>
    public static NettraceEvent[] Events()
    {
        GC.KeepAlive(Kept);
        (uint Id, byte[] Payload)[] events =
        [
            (1, GCStart()),
            (2, Types(typeof(List<string>), typeof(string[]), typeof(string))),
            (3, Nodes(0, (AddressOf(0), 32, IdOf(typeof(List<string>)), 1), (AddressOf(1), 40, IdOf(typeof(string[])), 2))),
            (3, Nodes(1, (AddressOf(2), 30, IdOf(typeof(string)), 0), (AddressOf(3), 26, IdOf(typeof(string)), 0))),
            (4, Edges(0, AddressOf(1))),
            (4, Edges(1, AddressOf(2), AddressOf(3))),
            (9, [1, 2, 3]),
            (5, Roots((AddressOf(2), 2, 1), (AddressOf(3), 0, 0), (AddressOf(1), 2, 2))),
            (7, WeakTable((AddressOf(0), AddressOf(3)))),
            (6, Statics((AddressOf(9), AddressOf(0), IdOf(typeof(List<string>)), nameof(Kept)))),
            (8, GCEnd()),
        ];
        return [.. events.Select(static (one, i) => new NettraceEvent(one.Id, Thread, (uint)i + 1, one.Payload))];
    }

    public static byte[] Whole()
    {
        NettraceEvent[] events = Events();
        return Begin().Events(events.AsSpan(0, 4)).Events(events.AsSpan(4)).SequencePoint((Thread, (uint)events.Length)).End();
    }
}
