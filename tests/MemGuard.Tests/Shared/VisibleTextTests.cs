using System.Globalization;
using System.Text;

namespace MemGuard.Tests.Shared;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("static UserService._cache → ConcurrentDictionary<string, User>")]
    [InlineData("Größe 大小 حجم 😀 ×3 …")]
    [InlineData("")]
    public void Of_OrdinaryText_IsTheSameObject(string text) => Assert.Same(text, VisibleText.Of(text));

    [Theory]
    [InlineData("a\nb\r\tc", "a\\nb\\r\\tc")]
    [InlineData("\u001b[31mred\u001b[0m", "\\u001B[31mred\\u001B[0m")]
    [InlineData("admin\u202Egnp.exe", "admin\\u202Egnp.exe")]
    [InlineData("a\u2066b\u2069\u200F\u061C", "a\\u2066b\\u2069\\u200F\\u061C")]
    [InlineData("zero\u200Bwidth\uFEFF\u00AD", "zero\\u200Bwidth\\uFEFF\\u00AD")]
    [InlineData("line\u2028paragraph\u2029next\u0085", "line\\u2028paragraph\\u2029next\\u0085")]
    [InlineData("nul\0del\u007f\u009b", "nul\\u0000del\\u007F\\u009B")]
    [InlineData("tag \U000E0041", "tag \\uDB40\\uDC41")]
    public void Of_InvisibleText_IsWrittenOut(string text, string expected) => Assert.Equal(expected, VisibleText.Of(text));

    // Not as an attribute's argument: those are stored as UTF-8, which has no half characters.
    [Fact]
    public void Of_HalfAPair_IsWrittenOut() => Assert.Equal("half \\uD83D pair", VisibleText.Of("half \ud83d pair"));

    [Fact]
    public void Of_EveryCharacter_LeavesNothingInvisible()
    {
        for (int character = 0; character <= char.MaxValue; character++)
        {
            string visible = VisibleText.Of($"a{(char)character}b");

            Assert.All(visible.EnumerateRunes(), static rune => Assert.False(
                Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
                $"U+{rune.Value:X4}"));
            Assert.Equal(visible, VisibleText.Of(visible));
        }
    }

    [Theory]
    [InlineData(10)]
    [InlineData(100)]
    [InlineData(400)]
    public void Of_LongText_KeepsBothEndsWithinTheLength(int length)
    {
        string plain = VisibleText.Of("begin" + new string('x', 100_000) + "end", length);
        string odd = VisibleText.Of(new string('\u202E', 100_000), length);

        Assert.Equal(length, plain.Length);
        Assert.StartsWith("begi", plain, StringComparison.Ordinal);
        Assert.EndsWith("end", plain, StringComparison.Ordinal);
        Assert.InRange(odd.Length, 1, length);
        Assert.DoesNotContain('\u202E', odd);
    }

    [Fact]
    public void Of_CutThroughAPair_LeavesNoHalf()
    {
        string text = string.Concat(Enumerable.Repeat("😀", 1000));
        for (int length = 3; length < 60; length++)
        {
            string cut = VisibleText.Of(text, length);

            Assert.InRange(cut.Length, 1, length);
            Assert.Equal(cut, VisibleText.Of(cut));
        }
    }
}
