using System.Buffers;
using System.Globalization;
using System.Text;

namespace MemGuard;

/// <summary>
/// The one way to write text that others chose — names of types and structures, reasons, paths — into a log, a report or a terminal: line breaks,
/// escape sequences, bidirectional controls and other invisible characters become visible, so that no text can pretend to be another line, colour a
/// terminal or turn round what is read.
/// </summary>
internal static class VisibleText
{
    /// <summary>The longest name that is written in full: longer ones keep both ends.</summary>
    public const int MaxNameLength = 400;

    private const char Ellipsis = '…';

    /// <returns>The text itself where nothing in it is invisible.</returns>
    public static string Of(string text)
    {
        int plain = 0;
        while (plain < text.Length && text[plain] is (>= ' ' and <= '~') or '→' or '×' or Ellipsis)
        {
            plain++;
        }

        return plain == text.Length || FindInvisible(text.AsSpan(plain)) < 0 ? text : Write(text);
    }

    /// <summary>As <see cref="Of(string)"/>, and bounded: of a longer text the beginning and the end stay.</summary>
    public static string Of(string text, int maxLength)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxLength, 3);

        // Cut first: what is written grows up to sixfold, and only what is kept need be looked at.
        if (text.Length > maxLength)
        {
            int head = (maxLength - 1) / 2;
            int tail = maxLength - 1 - head;
            text = string.Concat(text.AsSpan(0, head), [Ellipsis], text.AsSpan(text.Length - tail));
        }

        string visible = Of(text);
        return visible.Length <= maxLength ? visible : Of(visible, maxLength);
    }

    /// <summary>A name, see <see cref="MaxNameLength"/>.</summary>
    public static string OfName(string name) => Of(name, MaxNameLength);

    private static int FindInvisible(ReadOnlySpan<char> text)
    {
        for (int i = 0; i < text.Length;)
        {
            bool isWhole = Rune.DecodeFromUtf16(text[i..], out Rune rune, out int length) == OperationStatus.Done;
            if (!isWhole || IsInvisible(rune))
            {
                return i;
            }

            i += length;
        }

        return -1;
    }

    private static string Write(string text)
    {
        StringBuilder visible = new(text.Length + 16);
        ReadOnlySpan<char> rest = text;
        while (!rest.IsEmpty)
        {
            // Half of a surrogate pair is no character: it is written as its number.
            bool isWhole = Rune.DecodeFromUtf16(rest, out Rune rune, out int length) == OperationStatus.Done;
            if (isWhole && !IsInvisible(rune))
            {
                visible.Append(rest[..length]);
            }
            else
            {
                Escape(visible, rest[..length]);
            }

            rest = rest[length..];
        }

        return visible.ToString();
    }

    private static void Escape(StringBuilder visible, ReadOnlySpan<char> characters)
    {
        foreach (char character in characters)
        {
            string? known = character switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => null,
            };
            if (known is not null)
            {
                visible.Append(known);
            }
            else
            {
                visible.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:X4}");
            }
        }
    }

    // Controls include escape; format characters include the bidirectional ones, zero-width ones and tags.
    private static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;
}
