using MemGuard.Containers;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

public sealed class CgroupMountTests
{
    [Theory]
    [InlineData("4:memory:/docker/abc\n0::/\n", "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n", CgroupVersion.V1, "/sys/fs/cgroup/memory")]
    [InlineData("4:memory:/a/b\n", "35 31 0:32 / /sys/fs/cgroup/memory rw shared:9 - cgroup cgroup rw,memory\n", CgroupVersion.V1, "/sys/fs/cgroup/memory/a/b")]
    [InlineData("4:cpu,memory:/a\n", "35 31 0:32 / /mnt/my\\040groups rw - cgroup cgroup rw,cpu,memory\n", CgroupVersion.V1, "/mnt/my groups/a")]
    [InlineData("0::/\n", "30 23 0:26 / /sys/fs/cgroup ro,nosuid - cgroup2 cgroup rw\n", CgroupVersion.V2, "/sys/fs/cgroup")]
    [InlineData("0::/user.slice/app:1.service\n", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup2 rw\n", CgroupVersion.V2, "/sys/fs/cgroup/user.slice/app:1.service")]
    public void Find_KnownLayouts_FindsTheGroup(string cgroup, string mountInfo, object version, string directory)
    {
        CgroupMount? mount = CgroupMount.Find(cgroup, mountInfo is null ? null : Lines.Of(mountInfo));

        Assert.Equal(version, mount?.Version);
        Assert.Equal(directory, mount?.Directory);
    }

    [Theory]
    [InlineData(null, null)]
    [InlineData("", "")]
    [InlineData("garbage", "garbage")]
    [InlineData("0::/\n", "")]
    [InlineData("0::/../../other\n", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw\n")]
    [InlineData("0::/\n", "30 23 0:26 /.. /sys/fs/cgroup rw - cgroup2 cgroup rw\n")]
    [InlineData("4:memory:/a\n0::/b\n", "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n")]
    [InlineData("0::/", "30 23 0:26 / /sys/fs/cgroup rw - cgroup2 cgroup rw")]
    public void Find_NothingToFind_IsNull(string? cgroup, string? mountInfo)
    {
        Assert.Null(CgroupMount.Find(cgroup, mountInfo is null ? null : Lines.Of(mountInfo)));
    }

    [Fact]
    public void Find_SeveralMounts_TakesTheMostSpecificThatContainsThePath()
    {
        CgroupMount? mount = CgroupMount.Find(
            "4:memory:/pods/x/y\n",
            Lines.Of("1 1 0:1 / /host/memory rw - cgroup cgroup rw,memory\n2 1 0:1 /pods/x /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n3 1 0:1 /pods/xx /other rw - cgroup cgroup rw,memory\n"));

        Assert.Equal("/sys/fs/cgroup/memory/y", mount?.Directory);
    }
}
