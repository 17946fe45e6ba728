using MemGuard.Recording;
using MemGuard.Tool.Sessions;

namespace MemGuard.Tool.Tests.Sessions;

public sealed class EndTextTests
{
    private const string Untold = "The process before (pid 7) ended abruptly, without memory pressure: SIGKILL, FailFast, a stack overflow or a crash in native code. Its open diagnosis: managed leak, grows. Next: see. docs/what-happened-to-my-pod.md";

    [Theory]
    [InlineData(143, "The process (pid 7) ended abruptly, without memory pressure: it was asked to end by SIGTERM, and has no handler for it. Its open diagnosis: managed leak, grows.")]
    [InlineData(130, "The process (pid 7) ended abruptly, without memory pressure: it was asked to end by SIGINT, and has no handler for it. Its open diagnosis: managed leak, grows.")]
    [InlineData(137, "The process (pid 7) ended abruptly, without memory pressure: somebody sent SIGKILL. Its open diagnosis: managed leak, grows.")]
    public void Of_AbruptEndWithACode_SaysWhatTheCodeTells(int exitCode, string expected) =>
        Assert.Equal(expected, EndText.Of(Run(PreviousRunEnd.Abrupt, Untold), exitCode));

    [Theory]
    [InlineData(134, "SIGABRT")]
    [InlineData(139, "SIGSEGV")]
    public void Of_CrashWithACode_NamesTheSignalAndTheNextStep(int exitCode, string signal)
    {
        string text = EndText.Of(Run(PreviousRunEnd.Abrupt, Untold), exitCode)!;

        Assert.Contains(": " + signal, text, StringComparison.Ordinal);
        Assert.Contains("Next: ", text, StringComparison.Ordinal);
        Assert.DoesNotContain("SIGKILL", text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(0)]
    public void Of_AbruptEndWithoutATellingCode_StaysAsTheBlackBoxHasIt(int? exitCode) =>
        Assert.Equal("The process" + Untold["The process before".Length..], EndText.Of(Run(PreviousRunEnd.Abrupt, Untold), exitCode));

    [Fact]
    public void Of_KilledForMemory_StaysSoWhateverTheCode() =>
        Assert.Equal("The process (pid 7) was killed for memory.", EndText.Of(Run(PreviousRunEnd.KilledForMemory, "The process before (pid 7) was killed for memory."), 137));

    [Fact]
    public void Of_NoBlackBox_IsNothing() => Assert.Null(EndText.Of(null, 143));

    private static PreviousRun Run(PreviousRunEnd end, string message) => new() { End = end, Message = message };
}
