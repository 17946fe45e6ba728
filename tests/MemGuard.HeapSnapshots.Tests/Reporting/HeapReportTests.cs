using System.Globalization;
using System.Text;
using MemGuard.HeapSnapshots.Analysis;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Reporting;

/// <summary>A report is read in terminals and wikis: no name in it may pass for something else.</summary>
public sealed class HeapReportTests
{
    private const string Evil = "a\u001b]0;title\u0007\n# Heading\r\u202Ereversed ![x](http://tracker.example/x.png) <img src=x onerror=y> `code` ``` | pipe";

    [Theory]
    [InlineData(HeapReportFormat.Text)]
    [InlineData(HeapReportFormat.Markdown)]
    public void WriteReport_MisleadingTexts_AreWrittenOut(HeapReportFormat format)
    {
        string report = Report(format);

        Assert.All(report.Replace("\n", "", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).EnumerateRunes(), static rune => Assert.False(
            Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.Format,
            $"U+{rune.Value:X4}"));
        Assert.DoesNotContain("\n# Heading", report, StringComparison.Ordinal);
    }

    [Fact]
    public void WriteReport_MarkdownOfNames_IsNeverMarkup()
    {
        foreach (string line in Report(HeapReportFormat.Markdown).Split('\n'))
        {
            string outside = WithoutCode(line);

            Assert.DoesNotContain("](", outside, StringComparison.Ordinal);
            Assert.DoesNotContain("<img", outside, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void WriteReport_HtmlOfNames_IsTextInOneSmallFile()
    {
        string report = Report(HeapReportFormat.Html);

        Assert.DoesNotContain("<img", report, StringComparison.Ordinal);
        Assert.DoesNotContain('\u202E', report);
        Assert.Contains("default-src 'none'", report, StringComparison.Ordinal);
        Assert.InRange(report.Length, 1, 150 * 1024);
    }

    [Fact]
    public void WriteReport_Head_AnswersInFiveLines()
    {
        using HeapSnapshot before = new(ExampleSnapshot.Of(1) with { TakenAt = new DateTimeOffset(2026, 1, 2, 3, 0, 0, TimeSpan.Zero) });
        using HeapSnapshot now = new(ExampleSnapshot.Of(2) with { TakenAt = new DateTimeOffset(2026, 1, 2, 3, 2, 0, TimeSpan.Zero) });
        HeapSnapshotDiff diff = now.DiffFrom(before);
        using StringWriter writer = new();
        now.WriteReport(writer, HeapReportFormat.Markdown, diff);

        string[] lines = writer.ToString().Split('\n');
        Assert.StartsWith("# Heap snapshot of ", lines[0], StringComparison.Ordinal);
        Assert.Equal(["- what: ", "- held: ", "- when: ", "- next: ", "- cost: "], lines[2..7].Select(static line => line[..8]));
        Assert.Contains("compared with 03:00:00Z, 2 min before", lines[4], StringComparison.Ordinal);
        Assert.Equal("", lines[7]);
        Assert.Contains("/min)", lines[2], StringComparison.Ordinal);
        Assert.Contains("## Types that grew\n\n| bytes | objects | type |\n|---|---|---|\n| +", writer.ToString(), StringComparison.Ordinal);
    }

    // Takes out what stands between fences of equal length, as a Markdown reader does, and escaped characters.
    private static string WithoutCode(string line)
    {
        StringBuilder outside = new();
        for (int i = 0; i < line.Length;)
        {
            if (line[i] == '\\')
            {
                i += 2;
                continue;
            }

            int fence = line.AsSpan(i).IndexOfAnyExcept('`');
            fence = fence < 0 ? line.Length - i : fence;
            int end = fence == 0 ? -1 : FindFence(line, i + fence, fence);
            if (end >= 0)
            {
                i = end + fence;
                continue;
            }

            outside.Append(line[i++]);
        }

        return outside.ToString();
    }

    private static int FindFence(string line, int start, int length)
    {
        for (int i = start; i < line.Length; i++)
        {
            int run = line.AsSpan(i).IndexOfAnyExcept('`');
            run = run < 0 ? line.Length - i : run;
            if (run == length)
            {
                return i;
            }

            i += run;
        }

        return -1;
    }

    private static string Report(HeapReportFormat format)
    {
        SnapshotData example = ExampleSnapshot.Of(2);
        HeapDominator place = example.Places[0] with
        {
            Name = Evil,
            TypeName = Evil,
            CountUnit = Evil,
            Owner = Evil,
            NextStep = Evil,
            Chain = new RetainerChain { Links = [new RetainerLink { TypeName = Evil, FieldName = Evil }, new RetainerLink { TypeName = Evil }] },
        };
        using HeapSnapshot snapshot = new(example with { Reason = Evil, Application = Evil, Places = [place], Types = [new HeapTypeUsage { TypeName = Evil, Count = 1, TotalBytes = 1 }] });
        using StringWriter writer = new();
        snapshot.WriteReport(writer, format, snapshot.DiffFrom(new HeapSnapshot(ExampleSnapshot.Of(1))));
        using HeapSnapshot incomplete = new(example with { IncompleteBecause = Evil });
        incomplete.WriteReport(writer, format);
        return writer.ToString();
    }
}
