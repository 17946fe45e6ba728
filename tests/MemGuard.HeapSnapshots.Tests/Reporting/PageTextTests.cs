using MemGuard.HeapSnapshots.Reporting;

namespace MemGuard.HeapSnapshots.Tests.Reporting;

public sealed class PageTextTests
{
    [Theory]
    [InlineData("Report: /var/lib/shop/snapshots/snapshot-1.", "Report: …/snapshot-1.")]
    [InlineData("(/var/lib/shop)", "(…/shop)")]
    [InlineData(@"D:\shop\logs\dump.txt", "…/dump.txt")]
    public void Sentence_PathOfTheMachine_KeepsItsLastPart(string text, string expected) => Assert.Equal(expected, PageText.Sentence(text));

    [Theory]
    [InlineData("see https://github.com/example/memguard/blob/main/docs/triage.md#managed-leak")]
    [InlineData("see https://wiki.example/memory/leaks/")]
    [InlineData("docs/triage.md#managed-leak")]
    [InlineData("+12 MB/min of GET /report")]
    public void Sentence_LinkOrRate_StaysAsItIs(string text) => Assert.Equal(text, PageText.Sentence(text));
}
