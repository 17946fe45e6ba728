namespace RetentionShapes;

internal sealed class Page
{
    private readonly byte[] _text = new byte[900];

    public int Length => _text.Length;
}

internal sealed class Wine
{
    private readonly byte[] _label = new byte[900];

    public int Length => _label.Length;
}

internal sealed class Ticket
{
    private readonly byte[] _print = new byte[900];

    public int Length => _print.Length;
}

internal sealed class Reply
{
    private readonly byte[] _body = new byte[900];

    public int Length => _body.Length;
}

internal sealed class SeatLog
{
    private readonly byte[] _entries = new byte[900];

    public int Length => _entries.Length;
}

internal sealed class Entity
{
    private readonly byte[] _columns = new byte[900];

    public int Length => _columns.Length;
}

internal sealed class EntityInfo(int state)
{
    public int State => state;
}
