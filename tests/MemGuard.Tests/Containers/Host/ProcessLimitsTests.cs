using MemGuard.Containers;

namespace MemGuard.Tests.Containers;

public sealed class ProcessLimitsTests
{
    [Fact]
    public void Parse_RealFile_ReadsTheSoftLimits()
    {
        const string Text = """
            Limit                     Soft Limit           Hard Limit           Units
            Max cpu time              unlimited            unlimited            seconds
            Max data size             8589934592           unlimited            bytes
            Max open files            1024                 1048576              files
            Max address space         17179869184          unlimited            bytes

            """;

        Assert.Equal(new ProcessLimits(17179869184), ProcessLimits.Parse(Text));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("Max address space")]
    [InlineData("Max address space  -5 -5 bytes")]
    [InlineData("Max address space  12x 5 bytes")]
    public void Parse_NothingUsable_IsUnknown(string? text) => Assert.Equal(new ProcessLimits(AddressSpaceBytes: null), ProcessLimits.Parse(text));
}
