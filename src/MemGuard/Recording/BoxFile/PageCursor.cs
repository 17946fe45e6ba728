using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace MemGuard.Recording;

/// <summary>Writes or reads the fields of a page one after the other, so that both sides name them in the same order. Allocates nothing when it writes.</summary>
/// <remarks>Writes are calls: inlined into their one caller they took the compiler a megabyte, which a host without collections keeps.</remarks>
internal ref struct PageCursor(Span<byte> page, int at)
{
    private readonly Span<byte> _page = page;
    private int _at = at;

    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(_page[_at..], value);
        _at += sizeof(long);
    }

    /// <summary>Many values at once.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(ReadOnlySpan<long> values)
    {
        Span<byte> field = _page.Slice(_at, values.Length * sizeof(long));
        MemoryMarshal.AsBytes(values).CopyTo(field);
        if (!BitConverter.IsLittleEndian)
        {
            Span<long> numbers = MemoryMarshal.Cast<byte, long>(field);
            BinaryPrimitives.ReverseEndianness(numbers, numbers);
        }

        _at += field.Length;
    }

    /// <summary>A value that may be unknown.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public void Write(long? value) => Write(value ?? BlackBoxFormat.Unknown);

    /// <summary>A text, cut where it is too long, in a field of fixed size.</summary>
    public void Write(string? text, int maxBytes)
    {
        Span<byte> field = _page.Slice(_at + sizeof(ushort), maxBytes);

        // Cut between letters: what does not fit is left out whole.
        Utf8.FromUtf16(text, field, out _, out int length);
        BinaryPrimitives.WriteUInt16LittleEndian(_page[_at..], (ushort)length);
        _at += sizeof(ushort) + maxBytes;
    }

    public long ReadNumber()
    {
        long value = BinaryPrimitives.ReadInt64LittleEndian(_page[_at..]);
        _at += sizeof(long);
        return value;
    }

    public long? ReadKnown() => ReadNumber() is var value && value == BlackBoxFormat.Unknown ? null : value;

    /// <summary>A time span that may be unknown.</summary>
    public TimeSpan? ReadTime() => ReadKnown() is long ticks ? new TimeSpan(ticks) : null;

    /// <returns>The text, made harmless for a log line; null when it is empty.</returns>
    public string? ReadText(int maxBytes)
    {
        int length = Math.Min(BinaryPrimitives.ReadUInt16LittleEndian(_page[_at..]), maxBytes);
        string text = VisibleText.Of(Encoding.UTF8.GetString(_page.Slice(_at + sizeof(ushort), length)));
        _at += sizeof(ushort) + maxBytes;
        return text.Length > 0 ? text : null;
    }
}
