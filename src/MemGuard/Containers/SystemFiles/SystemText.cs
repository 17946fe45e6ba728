using System.Buffers.Text;
using System.Runtime.CompilerServices;

namespace MemGuard.Containers;

/// <summary>Reads numbers out of virtual files. What is not exactly as the kernel writes it is unknown.</summary>
internal static class SystemText
{
    /// <summary>The number that is a file's only content, such as a control group's limit.</summary>
    /// <returns>False when the file holds anything else. A number without its line end may be cut off, so it is unknown.</returns>
    public static bool TryParseSingle(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return text is [.., (byte)'\n'] && TryParseNumber(text[..^1], out value);
    }

    /// <summary>The number after a key at the start of a line: <c>key 123</c>, as in <c>memory.stat</c>.</summary>
    public static bool TryParseKey(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, out long value)
    {
        value = 0;
        return TryFindLine(text, key, (byte)' ', out ReadOnlySpan<byte> rest) && TryParseNumber(rest, out value);
    }

    /// <summary>The bytes after a label at the start of a line: <c>Label:  123 kB</c>, as in <c>/proc/self/status</c>.</summary>
    public static bool TryParseKilobytes(ReadOnlySpan<byte> text, ReadOnlySpan<byte> label, out long bytes)
    {
        bytes = 0;
        if (!TryFindLine(text, label, (byte)':', out ReadOnlySpan<byte> rest) || !rest.EndsWith(" kB"u8))
        {
            return false;
        }

        ReadOnlySpan<byte> number = rest[..^3];
        while (number is [(byte)' ' or (byte)'\t', ..])
        {
            number = number[1..];
        }

        if (!TryParseNumber(number, out long kilobytes) || kilobytes > long.MaxValue / 1024)
        {
            return false;
        }

        bytes = kilobytes * 1024;
        return true;
    }

    /// <summary>A plain decimal number without sign, spaces or overflow.</summary>
    [MethodImpl(EverySample.Compiled)]
    public static bool TryParseNumber(ReadOnlySpan<byte> text, out long value)
    {
        value = 0;
        return text is [>= (byte)'0' and <= (byte)'9', ..]
            && Utf8Parser.TryParse(text, out value, out int consumed)
            && consumed == text.Length;
    }

    /// <summary>A plain hexadecimal number without sign, prefix, spaces or overflow.</summary>
    public static bool TryParseHexadecimal(ReadOnlySpan<byte> text, out ulong value) =>
        Utf8Parser.TryParse(text, out value, out int consumed, 'x') && consumed == text.Length;

    private static bool TryFindLine(ReadOnlySpan<byte> text, ReadOnlySpan<byte> key, byte separator, out ReadOnlySpan<byte> rest)
    {
        while (!text.IsEmpty)
        {
            int end = text.IndexOf((byte)'\n');
            if (end < 0)
            {
                break;
            }

            ReadOnlySpan<byte> line = text[..end];
            if (line.Length > key.Length && line[key.Length] == separator && line.StartsWith(key))
            {
                rest = line[(key.Length + 1)..];
                return true;
            }

            text = text[(end + 1)..];
        }

        rest = default;
        return false;
    }
}
