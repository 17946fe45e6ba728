using System.Globalization;
using System.Text;
using MemGuard.Containers;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

public sealed class SystemLinesTests
{
    [Theory]
    [InlineData("", new string[0], true)]
    [InlineData("\n", new[] { "" }, true)]
    [InlineData("one\ntwo\n", new[] { "one", "two" }, true)]
    [InlineData("one\ntw", new[] { "one" }, false)]
    public void TryRead_Texts_GivesWholeLines(string text, string[] expected, bool isWhole)
    {
        using SystemLines lines = Lines.Of(text);

        Assert.Equal(expected, ReadAll(lines));
        Assert.Equal(isWhole, lines.IsWhole);
    }

    [Fact]
    public void TryRead_LongFile_LosesNoLine()
    {
        string[] expected = [.. Enumerable.Range(0, 20_000).Select(static i => new string('x', i % 97) + i.ToString(CultureInfo.InvariantCulture))];
        using SystemLines lines = Lines.Of(string.Join('\n', expected) + "\n");

        Assert.Equal(expected, ReadAll(lines));
        Assert.True(lines.IsWhole);
    }

    [Theory]
    [InlineData(16_384)]
    [InlineData(16_385)]
    [InlineData(50_000)]
    public void TryRead_LineTooLong_IsPassedOver(int length)
    {
        using SystemLines lines = Lines.Of("before\n" + new string('x', length) + "\nafter\n");

        Assert.Equal(["before", "after"], ReadAll(lines));
        Assert.True(lines.IsWhole);
    }

    [Fact]
    public void TryRead_FileGone_IsNotWhole()
    {
        FakeSystemFiles files = new() { ["/file"] = "one\n" };
        using SystemLines lines = SystemLines.Open(files, "/file")!;
        files.Remove("/file");

        Assert.Empty(ReadAll(lines));
        Assert.False(lines.IsWhole);
        Assert.Null(SystemLines.Open(files, "/file"));
    }

    [Fact]
    public void TryRead_OwnMounts_EqualsTheFileReadAtOnce()
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        using SystemLines lines = SystemLines.Open(SystemFiles.Instance, "/proc/self/mountinfo")!;

        Assert.Equal(File.ReadAllLines("/proc/self/mountinfo"), ReadAll(lines));
        Assert.True(lines.IsWhole);
    }

    private static List<string> ReadAll(SystemLines lines)
    {
        List<string> all = [];
        while (lines.TryRead(out ReadOnlySpan<byte> line))
        {
            all.Add(Encoding.UTF8.GetString(line));
        }

        return all;
    }
}
