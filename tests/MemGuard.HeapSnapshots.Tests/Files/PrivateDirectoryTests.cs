using System.Runtime.Versioning;
using MemGuard.HeapSnapshots.Files;
using MemGuard.HeapSnapshots.Tests.Support;

namespace MemGuard.HeapSnapshots.Tests.Files;

/// <summary>Which directories are private: by whose they are and who else may read or write, not by one exact mode. In a group of its own, because the umask is the process's.</summary>
[UnsupportedOSPlatform("windows")]
[Collection(nameof(NativeMemoryGroup))]
public sealed class PrivateDirectoryTests : IDisposable
{
    private const uint Stranger = 4711;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
    private const UnixFileMode GroupToo = OwnerOnly | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute;
    private const UnixFileMode Everybody = GroupToo | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    private readonly TemporaryDirectory _directory = new();

    [Theory]
    [InlineData(0x000)]
    [InlineData(0x002)]
    [InlineData(0x012)]
    [InlineData(0x03F)]
    [InlineData(0x1FF)]
    public void Create_AnyUmask_MakesTheDirectoryAndThoseAboveItPrivate(uint mask)
    {
        Posix.UnderMask(mask, () => PrivateDirectory.Create(_directory.Combine("one", "two", "three")));

        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory.Combine("one")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory.Combine("one", "two")));
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(_directory.Combine("one", "two", "three")));
    }

    // The confirming snapshot of an alert is the second one in the directory that the first one made.
    [Fact]
    public void Prepare_TwiceUnderALooseUmask_AcceptsItsOwnDirectory() => Posix.UnderMask(0x002, () =>
    {
        Assert.Null(Create(_directory.Combine("made", "by", "us")).Prepare());
        Assert.Null(Create(_directory.Combine("made", "by", "us")).Prepare());
    });

    // As in a Kubernetes volume with fsGroup: the group's bit goes on to everything that is made below.
    [Theory]
    [InlineData(OwnerOnly)]
    [InlineData(GroupToo)]
    [InlineData(Everybody)]
    public void Prepare_BelowADirectoryWithTheGroupsBit_IsPrivateWithThatBit(UnixFileMode mode)
    {
        File.SetUnixFileMode(_directory.Path, mode | UnixFileMode.SetGroup);
        SnapshotStore store = Create(_directory.Path);

        Assert.Null(store.Prepare());
        Assert.Equal(OwnerOnly, File.GetUnixFileMode(store.Root) & Everybody);
        string fresh = store.CreateDirectoryFor(DateTimeOffset.UnixEpoch);
        Assert.Null(PrivateDirectory.FindIntruder(fresh));
    }

    [Fact]
    public void FindIntruder_WithTheGroupsBit_IsNone()
    {
        File.SetUnixFileMode(_directory.Path, OwnerOnly | UnixFileMode.SetGroup);

        Assert.Null(PrivateDirectory.FindIntruder(_directory.Path));
    }

    [Fact]
    public void FindIntruder_OthersMayLookInWhereModesAreKept_IsTold()
    {
        File.SetUnixFileMode(_directory.Path, OwnerOnly | UnixFileMode.OtherRead);

        Assert.Contains("others may look into it", PrivateDirectory.FindIntruder(_directory.Path), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
    }

    [Theory]
    [InlineData(OwnerOnly, false, null)]
    [InlineData(OwnerOnly | UnixFileMode.OtherRead, false, "others may look into it")]
    [InlineData(OwnerOnly | UnixFileMode.OtherRead | UnixFileMode.OtherExecute, true, null)]
    [InlineData(Everybody, true, "mount it with")]
    public void Judge_ModeAndFileSystem_SaysWhoMayGetIn(UnixFileMode mode, bool isFixed, string? expected)
    {
        string? judged = PrivateDirectory.Judge("/d", mode, () => isFixed);

        Assert.Equal(expected is null, judged is null);
        Assert.Contains(expected ?? "", judged ?? "", StringComparison.Ordinal);
    }

    [Fact]
    public void CreateFresh_NameThatIsTaken_IsRefused() => Assert.ThrowsAny<IOException>(() => PrivateDirectory.CreateFresh(_directory.Path));

    [RootFact]
    public void FindDanger_StickyDirectoryOfAnotherUser_IsTold()
    {
        Directory.CreateDirectory(_directory.Combine("theirs", "inner"));
        File.SetUnixFileMode(_directory.Combine("theirs"), Everybody | UnixFileMode.StickyBit);
        Posix.ChangeOwner(_directory.Combine("theirs"), Stranger);

        Assert.Contains("belongs to another user (id 4711)", PrivateDirectory.FindDanger(_directory.Combine("theirs")), StringComparison.Ordinal);
        Assert.Contains("belongs to another user", PrivateDirectory.FindDanger(_directory.Combine("theirs", "inner")), StringComparison.Ordinal);
        Assert.Contains("belongs to another user", PrivateDirectory.FindDanger(_directory.Combine("theirs", "inner", "not", "yet", "there")), StringComparison.Ordinal);
        Assert.Contains("belongs to another user", Create(_directory.Combine("theirs")).Prepare(), StringComparison.Ordinal);
    }

    [RootFact]
    public void FindDanger_BehindALinkInADirectoryOfAnotherUser_IsTold()
    {
        Directory.CreateDirectory(_directory.Combine("theirs"));
        Directory.CreateDirectory(_directory.Combine("fine"));
        Directory.CreateSymbolicLink(_directory.Combine("theirs", "link"), _directory.Combine("fine"));
        Posix.ChangeOwner(_directory.Combine("theirs"), Stranger);
        Directory.CreateSymbolicLink(_directory.Combine("way"), "theirs/link");

        Assert.Contains("belongs to another user", PrivateDirectory.FindDanger(_directory.Combine("way", "data")), StringComparison.Ordinal);
        Assert.Null(PrivateDirectory.FindDanger(_directory.Combine("fine", "data")));
    }

    [Fact]
    public void FindDanger_LinkToItself_Ends()
    {
        Directory.CreateSymbolicLink(_directory.Combine("ring"), _directory.Combine("ring", "x"));

        Assert.NotNull(PrivateDirectory.FindDanger(_directory.Combine("ring", "y")));
    }

    [Fact]
    public void FindDanger_SystemsTemporaryDirectory_IsNone() => Assert.Null(PrivateDirectory.FindDanger(_directory.Combine("new")));

    [RootFact]
    public void FindIntruder_DirectoryOfAnotherUser_IsTold()
    {
        Posix.ChangeOwner(_directory.Path, Stranger);

        Assert.Contains("belongs to another one", PrivateDirectory.FindIntruder(_directory.Path), StringComparison.Ordinal);
    }

    public void Dispose() => _directory.Dispose();

    private static SnapshotStore Create(string path) => new(path, new StoreLimits(10, 1 << 20, TimeSpan.FromDays(1)));
}
