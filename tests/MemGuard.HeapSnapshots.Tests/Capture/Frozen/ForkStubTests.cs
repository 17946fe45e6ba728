using System.Globalization;
using MemGuard.HeapSnapshots.Capture;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Capture;

/// <summary>The machine code of the fork, and what it makes.</summary>
[Collection(nameof(NativeMemoryGroup))]
public sealed class ForkStubTests
{
    // Disassembled and read once; a change is deliberate.
    private const string Code =
        "5341544889FBB80E00000031FF4889DE488D530841BA080000000F05B83800000031FF31F631D24531D24531C00F054885C074224989C4B80E000000"
        + "BF02000000488D730831D241BA080000000F054C89E0415C5BC3B89D000000BF01000000BE090000000F05B86E0000000F05483B43180F8580000000"
        + "B89D000000BF616D6159488B73180F1F000F05B89D000000BF0F000000488D73300F05B8A0000000BF04000000488D73200F05B802000000488B7B10"
        + "BE0100000031D20F0585C0781E89C7B8010000006A00C70424313030304889E6BA040000000F054883C408B8B401000031FFBEFFFFFF7F31D20F05B8"
        + "220000000F05EBF7B8E7000000BF040000000F05";

    [Fact]
    public void X64_EveryByte_IsAsReviewed() => Assert.Equal(Code, Convert.ToHexString(ForkStub.X64));

    [Fact]
    public void Create_Child_IsIdleHoldsNoDescriptorAndIsTheFirstToBeKilled()
    {
        using FrozenChild child = Fork();

        // It closes its descriptors as its last step: after that it only waits.
        Assert.True(SpinWait.SpinUntil(() => Read(child, "wchan") == "do_sys_pause" || Directory.GetFiles(Path(child, "fd")).Length == 0, TimeSpan.FromSeconds(10)));

        Assert.Equal("1000", Read(child, "oom_score_adj"));
        Assert.Equal("memguard-frozen", Read(child, "comm"));
        Assert.Empty(Directory.GetFiles(Path(child, "fd")));
        Assert.Contains("Max core file size        0 ", Read(child, "limits"), StringComparison.Ordinal);
        Assert.Single(Directory.GetDirectories(Path(child, "task")));
    }

    [Fact]
    public void Dispose_Child_LeavesNoZombie()
    {
        FrozenChild child = Fork();

        child.Dispose();

        Assert.False(Directory.Exists($"/proc/{child.ProcessId.ToString(CultureInfo.InvariantCulture)}"));
    }

    [Fact]
    public void EndEarly_Child_FailsItsReadsAndKeepsTheFirstReason()
    {
        using FrozenChild child = Fork();

        child.EndEarly("first");
        child.EndEarly("second");

        Assert.Equal("first", child.EndedBecause);
        Assert.True(SpinWait.SpinUntil(() => CanRead(child) == 0, TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public unsafe void Memory_Copy_StaysAsItWas()
    {
        using NativeArray<ulong> own = new(1);
        own[0] = 7;
        using FrozenChild child = Fork();
        own[0] = 8;
        ulong value;

        Assert.Equal(8, child.Memory.Read((ulong)own.Pointer, (byte*)&value, 8));

        Assert.Equal(7UL, value);
    }

    [Fact]
    public unsafe void Memory_CallFiltered_IsReadThroughTheFile()
    {
        using NativeArray<ulong> own = new(1);
        own[0] = 7;
        using FrozenChild child = FrozenChild.Create(ForkStub.Create(out _)!, Probe, isCallFiltered: true);
        ulong value;

        Assert.True(child.Memory.IsFile);
        Assert.Equal(8, child.Memory.Read((ulong)own.Pointer, (byte*)&value, 8));
        Assert.Equal(7UL, value);
        Assert.Equal(0, child.Memory.Read(8, (byte*)&value, 8));
    }

    private static unsafe long CanRead(FrozenChild child)
    {
        ulong value;
        return child.Memory.Read(Probe, (byte*)&value, sizeof(ulong));
    }

    private static ulong Probe => (ulong)typeof(object).TypeHandle.Value;

    private static FrozenChild Fork() => FrozenChild.Create(ForkStub.Create(out _)!, Probe, isCallFiltered: false);

    private static string Path(FrozenChild child, string name) => $"/proc/{child.ProcessId.ToString(CultureInfo.InvariantCulture)}/{name}";

    private static string Read(FrozenChild child, string name) => File.ReadAllText(Path(child, name)).TrimEnd();
}
