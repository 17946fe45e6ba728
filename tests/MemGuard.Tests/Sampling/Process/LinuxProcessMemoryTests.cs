using System.Text;
using MemGuard.Sampling;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Sampling;

public sealed class LinuxProcessMemoryTests
{
    [Fact]
    public void Parse_RealLine_CountsPages()
    {
        ProcessReading reading = Parse("66420 21405 13311 19 0 36117 0\n");

        Assert.Equal(new ProcessReading(21405 * 4096L, (21405 - 13311) * 4096L), reading);
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n")]
    [InlineData("66420 21405 13311 19 0 36117 0")]
    [InlineData("66420 21405 133\n")]
    [InlineData("66420 -5 13311 19 0 36117 0\n")]
    [InlineData("66420 +5 3 19 0 36117 0\n")]
    [InlineData("66420 214x5 13311 19 0 36117 0\n")]
    [InlineData("66420  21405 13311 19 0 36117 0\n")]
    [InlineData("66420 21405 13311 19 0 36117 0 0\n")]
    [InlineData("66420 9223372036854775807 13311 19 0 36117 0\n")]
    [InlineData("66420 99999999999999999999 13311 19 0 36117 0\n")]
    public void Parse_AnythingElse_IsUnknown(string text)
    {
        Assert.Equal(default, Parse(text));
    }

    [Fact]
    public void Parse_MoreSharedThanResident_KnowsTheWorkingSetOnly()
    {
        Assert.Equal(new ProcessReading(10 * 4096L, null), Parse("66420 10 11 19 0 36117 0\n"));
    }

    [Fact]
    public void Read_FileFailsAndComesBack_IsUnknownMeanwhile()
    {
        FakeSystemFiles files = new() { ["/proc/self/statm"] = "9 4 1 1 0 1 0\n" };
        using LinuxProcessMemory memory = new(files, 4096);
        Assert.Equal(4 * 4096L, memory.Read().WorkingSetBytes);

        files.Remove("/proc/self/statm");
        Assert.Equal(default, memory.Read());
        Assert.Equal(default, memory.Read());

        files["/proc/self/statm"] = "9 5 1 1 0 1 0\n";
        Assert.Equal(5 * 4096L, memory.Read().WorkingSetBytes);
    }

    private static ProcessReading Parse(string text) => LinuxProcessMemory.Parse(Encoding.ASCII.GetBytes(text), 4096);
}
