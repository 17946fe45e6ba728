using System.Runtime.CompilerServices;

namespace RetentionShapes;

/// <summary>References that are no fields, and fields that are hard to see.</summary>
internal static class Fields
{
    public static IReadOnlyList<Shape> All { get; } =
    [
        new("cwt-object-tag", static (_, count) => Theatre.Log(count))
        {
            Right = ["Theatre.s_log", "List<SeatLog>"],
            Wrong = ["Seat.Tag"],
        },
        new("deep-struct", static (_, count) => Nest.Shared.Add(count))
        {
            Right = ["Nest._root.A.B.C.D.Deep|_root.A.B.C.D.Deep | _spare"],
        },
    ];
}

internal sealed class Seat
{
    public object? Tag { get; set; }
}

internal static class Theatre
{
    private static readonly ConditionalWeakTable<Seat, List<SeatLog>> s_log = [];
    private static readonly Seat s_best = new();

    public static void Log(int count)
    {
        List<SeatLog> log = s_log.GetOrCreateValue(s_best);
        for (int i = 0; i < count; i++)
        {
            log.Add(new SeatLog());
        }
    }
}

internal struct L4
{
    public List<Reply> Deep;
}

internal struct L3
{
    public L4 D;
}

internal struct L2
{
    public L3 C;
}

internal struct L1
{
    public L2 B;
}

internal struct L0
{
    public L1 A;
}

internal sealed class Nest
{
    private L0 _root;
    private List<Reply>? _spare;

    public static Nest Shared { get; } = new();

    public void Forget() => _spare = null;

    public void Add(int count)
    {
        List<Reply> replies = _spare ?? (_root.A.B.C.D.Deep ??= []);
        for (int i = 0; i < count; i++)
        {
            replies.Add(new Reply());
        }
    }
}
