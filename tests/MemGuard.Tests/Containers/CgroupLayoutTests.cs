using MemGuard.Containers;
using MemGuard.Tests.Support;

namespace MemGuard.Tests.Containers;

public sealed class CgroupLayoutTests
{
    public static TheoryData<string> Layouts => new(CgroupLayout.All.Select(static layout => layout.Name));

    [Theory]
    [MemberData(nameof(Layouts))]
    public void Read_KnownLayout_IsReadAsWritten(string name)
    {
        CgroupLayout layout = CgroupLayout.All.Single(each => each.Name == name);
        using CgroupMemory memory = new(layout.CreateFiles());

        ContainerDetails details = memory.Read();

        Assert.Equal(layout.GetText("version"), details.Version.ToString());
        Assert.Equal(layout.GetNumber("limit"), details.LimitBytes);
        Assert.Equal(layout.GetNumber("high"), details.HighBytes);
        Assert.Equal(layout.GetNumber("usage"), details.UsageBytes);
        Assert.Equal(layout.GetNumber("unreclaimable"), details.UnreclaimableBytes);
        Assert.Equal(layout.GetNumber("peak"), details.PeakBytes);
        Assert.Equal(layout.GetNumber("hits"), details.LimitHitCount);
        Assert.Equal(layout.GetNumber("kills"), details.KillCount);
        Assert.Equal(layout.GetNumber("swapLimit"), details.SwapLimitBytes);
        Assert.Equal(layout.GetNumber("swapUsage"), details.SwapUsageBytes);
        Assert.False(details.HasUnreadableLimit);
    }

    [Fact]
    public void Layouts_AreThere() => Assert.True(CgroupLayout.All.Count >= 11);

    [Fact]
    public void Read_PressureOfTheGroup_GoesBeforeTheMachines()
    {
        using CgroupMemory own = new(CgroupLayout.All.Single(static layout => layout.Name == "docker-v2").CreateFiles());
        using CgroupMemory machine = new(CgroupLayout.All.Single(static layout => layout.Name == "hybrid-nested").CreateFiles());

        Assert.Equal(TimeSpan.FromMicroseconds(1234), own.Read().StallDuration);
        Assert.Equal(TimeSpan.FromMicroseconds(98765), machine.Read().StallDuration);
    }

    [Fact]
    public void Read_ProcessWasMoved_FollowsToTheOtherGroup()
    {
        FakeSystemFiles files = CgroupLayout.All.Single(static layout => layout.Name == "hybrid-nested").CreateFiles();
        using CgroupMemory memory = new(files);
        Assert.Equal(314572800, memory.Read().LimitBytes);

        files["/sys/fs/cgroup/memory/memory.usage_in_bytes"] = "1234567\n";
        files["/proc/self/cgroup"] = "4:memory:/\n0::/\n";

        Assert.Null(memory.Read().LimitBytes);
        Assert.Equal(1234567, memory.Read().UsageBytes);
    }

    [Fact]
    public void Read_ControllerSwitchedOnLater_IsNoticed()
    {
        FakeSystemFiles files = CgroupLayout.All.Single(static layout => layout.Name == "rootless-no-controller").CreateFiles();
        using CgroupMemory memory = new(files);
        Assert.Null(memory.Read().LimitBytes);

        files["/sys/fs/cgroup/user.slice/memory.max"] = "1048576\n";

        Assert.Equal(1048576, memory.Read().LimitBytes);
    }

    [Fact]
    public void Read_GroupIsRemovedAndComesBack_RecoversItsHandles()
    {
        FakeSystemFiles files = CgroupLayout.All.Single(static layout => layout.Name == "docker-v2").CreateFiles();
        using CgroupMemory memory = new(files);
        memory.Read();
        files.Remove("/sys/fs/cgroup/memory.max");
        Assert.Null(memory.Read().LimitBytes);

        files["/sys/fs/cgroup/memory.max"] = "99\n";

        Assert.Equal(99, memory.Read().LimitBytes);
    }

    [Fact]
    public void Read_OneLimitIsDamaged_KnowsNoneRatherThanALooserOne()
    {
        FakeSystemFiles files = CgroupLayout.All.Single(static layout => layout.Name == "hybrid-nested").CreateFiles();
        files["/sys/fs/cgroup/memory/batch/memory.limit_in_bytes"] = "3145728";
        using CgroupMemory memory = new(files);

        ContainerDetails details = memory.Read();

        Assert.Null(details.LimitBytes);
        Assert.True(details.HasUnreadableLimit);
    }
}
