using MemGuard.Containers;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

public sealed class CgroupMemoryTests
{
    private readonly FakeSystemFiles _files = new();

    [Fact]
    public void Read_V1NestedGroups_TakesTheTightestAndItsUsage()
    {
        MountV1("/a/b");
        Group("/sys/fs/cgroup/memory", "9223372036854771712", "900");
        Group("/sys/fs/cgroup/memory/a", "256", "200");
        Group("/sys/fs/cgroup/memory/a/b", "512", "100");

        Assert.Equal((256, 200), Read());
    }

    [Fact]
    public void Read_V1Unlimited_KnowsTheUsageOnly()
    {
        MountV1("/");
        Group("/sys/fs/cgroup/memory", "9223372036854771712", "900");

        Assert.Equal(((long?)null, 900), Read());
    }

    [Fact]
    public void Read_V2_UnderstandsMax()
    {
        MountV2("/a/b");
        _files["/sys/fs/cgroup/a/memory.max"] = "1073741824\n";
        _files["/sys/fs/cgroup/a/memory.current"] = "77\n";
        _files["/sys/fs/cgroup/a/b/memory.max"] = "max\n";
        _files["/sys/fs/cgroup/a/b/memory.current"] = "55\n";

        Assert.Equal((1073741824, 77), Read());
    }

    [Fact]
    public void Read_NoGroups_KnowsNothing()
    {
        Assert.Equal(default, Read());
    }

    [Fact]
    public void Read_LimitChangesWhileRunning_Follows()
    {
        MountV1("/");
        Group("/sys/fs/cgroup/memory", "256", "10");
        using CgroupMemory memory = new(_files);
        Assert.Equal(256, memory.Read().LimitBytes);

        Group("/sys/fs/cgroup/memory", "512", "10");

        Assert.Equal(512, memory.Read().LimitBytes);
    }

    [Theory]
    [InlineData("25")]
    [InlineData("-1\n")]
    [InlineData("maxi\n")]
    [InlineData("\n")]
    [InlineData("12 34\n")]
    [InlineData("99999999999999999999\n")]
    public void Read_LimitIsGarbage_IsUnknown(string content)
    {
        MountV1("/");
        Group("/sys/fs/cgroup/memory", "1", "10");
        _files["/sys/fs/cgroup/memory/memory.limit_in_bytes"] = content;

        Assert.Null(Read().Limit);
    }

    private (long? Limit, long? Usage) Read()
    {
        using CgroupMemory memory = new(_files);
        ContainerDetails details = memory.Read();
        return (details.LimitBytes, details.UsageBytes);
    }

    private void MountV1(string path)
    {
        _files["/proc/self/cgroup"] = $"4:memory:{path}\n0::/\n";
        _files["/proc/self/mountinfo"] = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n";
    }

    private void MountV2(string path)
    {
        _files["/proc/self/cgroup"] = $"0::{path}\n";
        _files["/proc/self/mountinfo"] = "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n";
    }

    private void Group(string directory, string limit, string usage)
    {
        _files[$"{directory}/memory.limit_in_bytes"] = limit + "\n";
        _files[$"{directory}/memory.usage_in_bytes"] = usage + "\n";
    }
}
